package dev.ringside.cli;

import dev.ringside.cli.ObservationOptions.TraceKind;
import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.Hooks;
import dev.ringside.vmm.MachineConfiguration.Backend;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.VmExitHook;
import dev.ringside.vmm.x86.Vector;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prints a line for each VM exit (once it is handled, so that its cost is known), each exception or
 * interrupt that the guest takes, and each ring transition. The lines are written on the vCPU's
 * thread; {@link #close} may be called from any.
 */
final class TraceLines implements VmExitHook, AutoCloseable {
  private final RunSymbols symbols;
  private final PrintStream out;
  private final List<Hooks.Installed> installed = new ArrayList<>();
  private final VirtualMachine vm;
  private long exits;
  private @Nullable VmExit open;

  private TraceLines(VirtualMachine vm, RunSymbols symbols, PrintStream out) {
    this.vm = vm;
    this.symbols = symbols;
    this.out = out;
  }

  /** Traces what is asked for; says on {@code out} what the processor does not show. */
  static TraceLines install(
      VirtualMachine vm, RunSymbols symbols, Set<TraceKind> kinds, PrintStream out) {
    TraceLines lines = new TraceLines(vm, symbols, out);
    boolean kvm = vm.configuration().backend() == Backend.KVM;
    for (TraceKind kind : kinds) {
      if (kvm && kind != TraceKind.EXITS) {
        out.println(
            "ringside: " + kind.name().toLowerCase(Locale.ROOT) + ": not visible under KVM");
      } else {
        lines.installed.add(lines.hook(vm.hooks(), kind));
      }
    }
    return lines;
  }

  private Hooks.Installed hook(Hooks hooks, TraceKind kind) {
    return switch (kind) {
      case EXITS -> hooks.onExit(this, this);
      case EXCEPTIONS -> hooks.onEventDelivery((vcpu, event) -> delivered(event), this);
      case RINGS -> hooks.onRingTransition((vcpu, transition) -> changed(transition), this);
    };
  }

  @Override
  public HookAction exit(Vcpu vcpu, VmExit exit) {
    unhandled();
    exits++;
    open = exit;
    return HookAction.CONTINUE;
  }

  @Override
  public void entry(Vcpu vcpu, VmExit exit, long hostNanos, long idleNanos) {
    open = null;
    String idle = idleNanos == 0 ? "" : String.format(Locale.ROOT, " idle %,d ns", idleNanos);
    out.println(line(exit) + String.format(Locale.ROOT, "  %,d ns", hostNanos) + idle);
  }

  /** The exit that no entry followed. */
  private void unhandled() {
    VmExit last = open;
    open = null;
    if (last != null) {
      out.println(line(last));
    }
  }

  private String line(VmExit exit) {
    return String.format(
        "exit %d: rip %s cpl %d %s",
        exits,
        place(exit.at().linearRip()),
        exit.at().cpl(),
        (exit.reason().name() + " " + exit.detail()).stripTrailing());
  }

  private HookAction delivered(EventDelivery e) {
    String kind =
        switch (e.kind()) {
          case EXCEPTION -> "exception";
          case EXTERNAL_INTERRUPT -> "interrupt";
          case NMI -> "NMI";
          case SOFTWARE_INTERRUPT -> "software interrupt";
        };
    StringBuilder line = new StringBuilder(kind).append(": vector ").append(e.vector());
    if (e.kind() == EventDelivery.Kind.EXCEPTION) {
      line.append(" (").append(Vector.name(e.vector())).append(')');
    }
    if (e.hasErrorCode()) {
      line.append(" error code 0x").append(Integer.toHexString(e.errorCode()));
    }
    if (e.vector() == Vector.PF) {
      line.append(" cr2 0x").append(Long.toHexString(e.faultAddress()));
    }
    out.println(line.append(" cpl ").append(e.cpl()).append(" rip ").append(place(e.rip())));
    return HookAction.CONTINUE;
  }

  private HookAction changed(RingTransition t) {
    String vector = t.vector() < 0 ? "" : " vector " + t.vector();
    out.println(
        String.format(
            "ring %d -> %d: %s%s rip %s to %s",
            t.from(), t.to(), t.mechanism(), vector, place(t.fromRip()), place(t.toRip())));
    return HookAction.CONTINUE;
  }

  private String place(long linear) {
    return "0x" + Long.toHexString(linear) + symbols.suffix(linear);
  }

  @Override
  public void close() {
    vm.onVcpuThread(
        vcpu -> {
          unhandled();
          return true;
        });
    installed.forEach(Hooks.Installed::close);
    out.flush();
  }
}
