package dev.ringside.dap;

import dev.ringside.dap.message.TablesArguments;
import dev.ringside.dap.message.TablesResponse;
import dev.ringside.dap.message.VmcsArguments;
import dev.ringside.dap.message.VmcsResponse;
import dev.ringside.dap.message.WalkArguments;
import dev.ringside.dap.message.WalkResponse;
import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.breakpoint.Addresses;
import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.paging.GuestPageWalk;
import dev.ringside.debug.paging.Walk;
import dev.ringside.debug.table.DescriptorTables;
import dev.ringside.debug.table.TableEntry;
import dev.ringside.vmm.VmcsView;
import dev.ringside.vmm.vmx.EptWalk;
import dev.ringside.vmm.vmx.NamedBits;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.DescriptorTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code ringside/vmcs}, {@code ringside/walk} and {@code ringside/tables}. */
final class MachineRequests {
  private final Session session;

  MachineRequests(Session session) {
    this.session = session;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.optional(
            "ringside/vmcs", VmcsArguments.class, () -> new VmcsArguments(null), this::vmcs),
        Command.of("ringside/walk", WalkArguments.class, this::walk),
        Command.of("ringside/tables", TablesArguments.class, this::tables));
  }

  private int vcpu(@Nullable Integer threadId) {
    return threadId == null ? 0 : session.vcpu(threadId);
  }

  private VmcsResponse vmcs(VmcsArguments arguments) {
    return session
        .debug()
        .target()
        .onVcpu(
            vcpu(arguments.threadId()),
            view -> {
              VmcsView vmcs =
                  view.vmcs()
                      .orElseThrow(() -> new ProtocolError.WrongState("this target shows no VMCS"));
              List<VmcsResponse.Group> groups = new ArrayList<>();
              for (VmcsField.Area area : VmcsField.Area.values()) {
                List<VmcsResponse.Field> fields = new ArrayList<>();
                for (VmcsField field : VmcsField.values()) {
                  if (field.area() == area) {
                    fields.add(field(vmcs, field));
                  }
                }
                groups.add(new VmcsResponse.Group(area.title(), fields));
              }
              return new VmcsResponse(groups);
            });
  }

  private static VmcsResponse.Field field(VmcsView vmcs, VmcsField field) {
    OptionalLong value = vmcs.read(field);
    String encoding = hex(field.encoding());
    if (value.isEmpty()) {
      return new VmcsResponse.Field(
          field.name(), encoding, null, "not visible on this processor", List.of());
    }
    long number = value.getAsLong();
    return new VmcsResponse.Field(
        field.name(), encoding, hex(number), null, bits(field.decode(number)));
  }

  private static List<VmcsResponse.Bit> bits(List<NamedBits> bits) {
    return bits.stream()
        .map(b -> new VmcsResponse.Bit(b.name(), b.bits(), b.value(), b.meaning()))
        .toList();
  }

  private WalkResponse walk(WalkArguments arguments) {
    String text = String.valueOf(arguments.address());
    boolean physical = text.startsWith("phys:");
    long address =
        Addresses.parse(physical ? text.substring(5) : text)
            .orElseThrow(
                () ->
                    new ProtocolError.BadAddress(
                        "'" + text + "' is no address; write 0x… or phys:0x…"));
    return session
        .debug()
        .target()
        .onVcpu(
            vcpu(arguments.threadId()),
            view -> physical ? shown(ept(view, address)) : shown(GuestPageWalk.of(view, address)));
  }

  private static EptWalk ept(GuestView view, long gpa) {
    return view.vmcs()
        .flatMap(vmcs -> vmcs.eptWalk(gpa))
        .orElseThrow(() -> new ProtocolError.WrongState("this processor does not show its EPT"));
  }

  private static WalkResponse shown(EptWalk walk) {
    List<WalkResponse.Level> levels =
        walk.levels().stream()
            .map(
                level ->
                    new WalkResponse.Level(
                        level.name(),
                        (int) (level.address() & 0xfff) / 8,
                        "phys:" + hex(level.address()),
                        hex(level.value()),
                        bits(level.bits())))
            .toList();
    String result =
        walk.hostPhysical().isEmpty() ? null : "phys:" + hex(walk.hostPhysical().getAsLong());
    String title = "EPT walk of phys:" + hex(walk.guestPhysical());
    return new WalkResponse(title, levels, result, walk.outcome());
  }

  private static WalkResponse shown(Walk walk) {
    List<WalkResponse.Level> levels =
        walk.levels().stream()
            .map(
                level ->
                    new WalkResponse.Level(
                        level.name(),
                        level.index(),
                        "phys:" + hex(level.at()),
                        hex(level.entry()),
                        bits(level.bits())))
            .toList();
    String result = walk.result().isEmpty() ? null : "phys:" + hex(walk.result().getAsLong());
    return new WalkResponse(walk.title(), levels, result, walk.end());
  }

  private TablesResponse tables(TablesArguments arguments) {
    String table = String.valueOf(arguments.table()).toLowerCase(Locale.ROOT);
    return session
        .debug()
        .target()
        .onVcpu(
            vcpu(arguments.threadId()),
            view ->
                switch (table) {
                  case "gdt" -> shown(table, view.cpu().gdtr(), DescriptorTables.gdt(view));
                  case "idt" -> shown(table, view.cpu().idtr(), idt(view));
                  default -> throw new ProtocolError.BadArguments("'table' must be gdt or idt");
                });
  }

  private List<TableEntry> idt(GuestView view) {
    return DescriptorTables.idt(view, session.debuggee().program());
  }

  private static TablesResponse shown(
      String name, DescriptorTable register, List<TableEntry> entries) {
    return new TablesResponse(
        name,
        hex(register.base()),
        register.limit(),
        entries.stream()
            .map(
                e ->
                    new TablesResponse.Entry(
                        e.index(),
                        e.wide()
                            ? String.format(Locale.ROOT, "0x%x%016x", e.high(), e.low())
                            : hex(e.low()),
                        e.description(),
                        e.target().isEmpty() ? "" : hex(e.target().getAsLong())))
            .toList());
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
