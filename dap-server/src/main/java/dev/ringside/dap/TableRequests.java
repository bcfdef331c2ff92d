package dev.ringside.dap;

import dev.ringside.dap.message.Bit;
import dev.ringside.dap.message.TablesArguments;
import dev.ringside.dap.message.TablesResponse;
import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.frame.SourcePosition;
import dev.ringside.debug.frame.StackWalk;
import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.table.ApicRegister;
import dev.ringside.debug.table.DescriptorTables;
import dev.ringside.debug.table.TableEntry;
import dev.ringside.debug.value.RegisterBits;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.device.ApicState;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Vector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code ringside/tables}: GDT, IDT, MSRs and local APIC. */
final class TableRequests {
  private static final long APIC_ADDRESS = 0xf_ffff_f000L;

  private final Session session;

  TableRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(Command.of("ringside/tables", TablesArguments.class, this::tables));
  }

  private TablesResponse tables(TablesArguments arguments) {
    String table = String.valueOf(arguments.table()).toLowerCase(Locale.ROOT);
    return session
        .debug()
        .target()
        .onVcpu(
            session.vcpuOrFirst(arguments.threadId()),
            view ->
                switch (table) {
                  case "gdt" -> shown(table, view.cpu().gdtr(), DescriptorTables.gdt(view), false);
                  case "idt" -> shown(table, view.cpu().idtr(), idt(view), true);
                  case "msrs" -> TablesResponse.registers(table, msrs(view));
                  case "apic" -> apic(view);
                  default ->
                      throw new ProtocolError.BadArguments(
                          "'table' must be gdt, idt, msrs or apic");
                });
  }

  private Program program() {
    return session.debuggee().program();
  }

  private List<TableEntry> idt(GuestView view) {
    return DescriptorTables.idt(view, program());
  }

  private TablesResponse shown(
      String name, DescriptorTable register, List<TableEntry> entries, boolean gates) {
    return TablesResponse.descriptors(
        name,
        Hex.of(register.base()),
        register.limit(),
        entries.stream().map(entry -> shown(entry, gates)).toList());
  }

  private TablesResponse.Entry shown(TableEntry entry, boolean gate) {
    OptionalLong target = entry.target();
    Optional<SourcePosition> position =
        gate && target.isPresent()
            ? new StackWalk(program()).position(target.getAsLong())
            : Optional.empty();
    return new TablesResponse.Entry(
        entry.index(),
        entry.wide()
            ? String.format(Locale.ROOT, "0x%x%016x", entry.high(), entry.low())
            : Hex.of(entry.low()),
        entry.description(),
        target.isEmpty() ? "" : Hex.of(target.getAsLong()),
        entry.present(),
        Hex.of(entry.selector()),
        gate ? Vector.name(entry.index()) : null,
        target.isEmpty() ? null : symbol(target.getAsLong()),
        position.map(SourcePosition::path).orElse(null),
        position.map(p -> session.features().toClientLine(p.line())).orElse(null));
  }

  private @Nullable String symbol(long address) {
    return program().symbolAt(address).map(Symbol.At::toString).orElse(null);
  }

  private static List<TablesResponse.Register> msrs(GuestView view) {
    List<TablesResponse.Register> registers = new ArrayList<>();
    for (int index : view.msrs()) {
      String number = Hex.of(index & 0xffff_ffffL);
      String name = Msr.at(index).map(Msr::name).orElse("");
      String expression = "msr(" + number + ")";
      try {
        long value = view.readMsr(index);
        registers.add(
            new TablesResponse.Register(
                number,
                name,
                "",
                Hex.of(value),
                null,
                expression,
                Bit.of(RegisterBits.ofMsr(index, value))));
      } catch (UnavailableException e) {
        registers.add(
            new TablesResponse.Register(number, name, "", null, e.getMessage(), null, List.of()));
      }
    }
    return registers;
  }

  private TablesResponse apic(GuestView view) {
    ApicState state =
        view.localApic()
            .orElseThrow(
                () -> new ProtocolError.WrongState("this target does not show its local APIC"));
    List<TablesResponse.Register> registers = new ArrayList<>();
    for (ApicState.Register register : state.registers()) {
      Optional<ApicRegister> known = ApicRegister.at(register.offset());
      if (known.isPresent()) {
        registers.add(
            new TablesResponse.Register(
                Hex.of(register.offset()),
                known.get().name(),
                known.get().description(),
                Hex.of(register.value() & 0xffff_ffffL),
                null,
                null,
                Bit.of(known.get().decode(register.value()))));
      }
    }
    Map<Integer, TableEntry> gates = new HashMap<>();
    if (!state.pending().isEmpty() || !state.inService().isEmpty()) {
      idt(view).forEach(gate -> gates.put(gate.index(), gate));
    }
    return new TablesResponse(
        "apic",
        Hex.of(state.base() & APIC_ADDRESS),
        null,
        null,
        registers,
        ApicRegister.mode(state),
        vectors(state.pending(), gates),
        vectors(state.inService(), gates));
  }

  private List<TablesResponse.Pending> vectors(
      List<Integer> vectors, Map<Integer, TableEntry> gates) {
    List<TablesResponse.Pending> shown = new ArrayList<>();
    for (int vector : vectors) {
      TableEntry gate = gates.get(vector);
      OptionalLong target = gate == null ? OptionalLong.empty() : gate.target();
      shown.add(
          new TablesResponse.Pending(
              vector,
              Vector.name(vector),
              target.isEmpty() ? null : Hex.of(target.getAsLong()),
              target.isEmpty() ? null : symbol(target.getAsLong())));
    }
    return shown;
  }
}
