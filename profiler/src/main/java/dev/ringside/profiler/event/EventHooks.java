package dev.ringside.profiler.event;

import dev.ringside.profiler.ExitNames;
import dev.ringside.profiler.GuestSymbols;
import dev.ringside.profiler.path.GuestStack;
import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.RingTransitionHook;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.VmExitHook;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what the hooks see into events, on the vCPU's thread, which it belongs to. */
final class EventHooks implements VmExitHook, RingTransitionHook {
  private static final int MOST_NAMES = 1 << 16;

  private final GuestSymbols symbols;
  private final ExitNames names;
  private final PathNames paths;
  private final Map<Long, String> handlers = new HashMap<>();
  private @Nullable RunEvent run;
  private @Nullable VmExitEvent open;
  private @Nullable VmExit openExit;
  private long exits;
  private long ringTransitions;

  EventHooks(GuestSymbols symbols, GuestStack stack) {
    this.symbols = symbols;
    this.paths = new PathNames(symbols, stack);
    this.names = new ExitNames(symbols);
  }

  /** The machine runs from now on. */
  void resumed(Vcpu vcpu) {
    if (run == null) {
      RunEvent event = new RunEvent();
      event.ring = vcpu.cpl();
      event.begin();
      run = event;
    }
  }

  /** The machine stands still from now on. */
  void stopped() {
    RunEvent event = run;
    if (event != null) {
      event.commit();
      run = null;
    }
  }

  @Override
  public HookAction exit(Vcpu vcpu, VmExit exit) {
    finish();
    VmExitEvent event = new VmExitEvent();
    event.begin();
    event.path = paths.take(vcpu, exit, names.seen(exit));
    event.overhead = paths.took();
    event.vcpu = vcpu.id();
    open = event;
    openExit = exit;
    return HookAction.CONTINUE;
  }

  @Override
  public void entry(Vcpu vcpu, VmExit exit, long hostNanos, long idleNanos) {
    VmExitEvent event = open;
    if (event != null) {
      event.cost = hostNanos;
      event.idle = idleNanos;
      finish();
    }
  }

  /** Commits the exit that is open; the last of a guest's life has no entry. */
  void finish() {
    VmExitEvent event = open;
    VmExit exit = openExit;
    open = null;
    openExit = null;
    if (event == null || exit == null) {
      return;
    }
    event.end();
    ExitNames.Named named = names.of(exit);
    event.reason = exit.reason().name();
    event.number = exit.reason().number();
    event.detail = named.detail();
    event.rip = exit.at().linearRip();
    event.symbol = named.place().symbol();
    event.source = named.place().source();
    event.approximate = !named.place().exact();
    event.cpl = exit.at().cpl();
    event.commit();
    exits++;
  }

  @Override
  public HookAction transition(Vcpu vcpu, RingTransition t) {
    RingTransitionEvent event = new RingTransitionEvent();
    event.from = t.from();
    event.to = t.to();
    event.mechanism = t.mechanism().name();
    event.vector = t.vector();
    event.fromRip = t.fromRip();
    event.toRip = t.toRip();
    event.handler = t.to() < t.from() ? handler(t.toRip()) : null;
    event.vcpu = t.vcpu();
    event.instructions = t.instructions();
    event.commit();
    ringTransitions++;
    return HookAction.CONTINUE;
  }

  private String handler(long address) {
    String known = handlers.get(address);
    if (known == null) {
      known = symbols.at(address).name();
      if (handlers.size() < MOST_NAMES) {
        handlers.put(address, known);
      }
    }
    return known;
  }

  long exits() {
    return exits;
  }

  long ringTransitions() {
    return ringTransitions;
  }
}
