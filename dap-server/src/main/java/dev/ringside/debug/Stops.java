package dev.ringside.debug;

import dev.ringside.debug.breakpoint.BreakpointSpec;
import dev.ringside.debug.breakpoint.Breakpoints;
import dev.ringside.debug.filter.Filters;
import dev.ringside.debug.frame.StackWalk;
import dev.ringside.debug.step.Step;
import dev.ringside.debug.target.Target;
import dev.ringside.vmm.MachineStop;
import dev.ringside.vmm.control.StopCause;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why the guest stands, and what of it is shown. Thread-safe. */
final class Stops {
  private final Target target;
  private final Breakpoints breakpoints;
  private final Filters filters;
  private final StackWalk walk;
  private @Nullable StopEvent current;
  private StopReason.@Nullable ConditionFailed failure;
  private @Nullable Step step;
  private int hidden;

  Stops(Target target, Breakpoints breakpoints, Filters filters, StackWalk walk) {
    this.target = target;
    this.breakpoints = breakpoints;
    this.filters = filters;
    this.walk = walk;
    // A guest that is attached to may run already; only one that has never run stands now.
    this.current = target.isRunning() ? null : new StopEvent(0, new StopReason.Entry());
  }

  synchronized Optional<StopEvent> current() {
    return Optional.ofNullable(current);
  }

  /** How many inlined functions that begin at the stop are shown as not entered. */
  synchronized int hiddenInlined() {
    return hidden;
  }

  /** Shows the next inlined function as entered, without running. */
  synchronized void enterInlined() {
    hidden = Math.max(0, hidden - 1);
    current = new StopEvent(0, new StopReason.Step());
  }

  /** It will go on at another instruction. */
  synchronized StopEvent jumped(int vcpu) {
    StopEvent event = new StopEvent(vcpu, new StopReason.Jump());
    current = event;
    hidden = 0;
    return event;
  }

  synchronized void running(@Nullable Step by) {
    current = null;
    failure = null;
    hidden = 0;
    step = by;
  }

  synchronized void atEntry() {
    current = new StopEvent(0, new StopReason.Entry());
    hidden = 0;
  }

  synchronized void ended() {
    current = null;
  }

  synchronized void conditionFailed(int id, String message) {
    failure = new StopReason.ConditionFailed(id, message);
  }

  /** On the target's thread. */
  synchronized StopEvent stopped(MachineStop stop) {
    StopReason reason = reason(stop);
    hidden = 0;
    if (reason instanceof StopReason.Step && step != null) {
      hidden = step.hiddenInlined();
    } else if (!isBreakpointOnLine(reason)) {
      long pc = target.onVcpu(stop.vcpu(), view -> view.cpu().linearRip());
      hidden = walk.inlinedBeginnings(pc);
    }
    step = null;
    StopEvent event = new StopEvent(stop.vcpu(), reason);
    current = event;
    return event;
  }

  /** A user who put a breakpoint inside an inlined body wants to see that body. */
  private static boolean isBreakpointOnLine(StopReason reason) {
    return reason instanceof StopReason.Breakpoints hit
        && (hit.kinds().contains(StopReason.BreakpointKind.SOURCE)
            || hit.kinds().contains(StopReason.BreakpointKind.FUNCTION));
  }

  private StopReason reason(MachineStop stop) {
    Optional<StopReason> filtered = filters.takeReason();
    StopReason.ConditionFailed failed = failure;
    failure = null;
    return switch (stop) {
      case MachineStop.AtEntry entry -> new StopReason.Entry();
      case MachineStop.Paused paused -> new StopReason.Pause();
      case MachineStop.Stepped stepped -> new StopReason.Step();
      case MachineStop.Trapped trapped ->
          failed != null ? failed : trapped(trapped.cause(), filtered);
    };
  }

  private StopReason trapped(StopCause cause, Optional<StopReason> filtered) {
    return switch (cause) {
      case StopCause.AtBreakpoint b ->
          new StopReason.Breakpoints(b.ids(), b.ids().stream().map(breakpoints::kind).toList());
      case StopCause.AtWatchpoint w -> {
        String what =
            breakpoints
                .spec(w.id())
                .filter(s -> s instanceof BreakpointSpec.Data)
                .map(s -> ((BreakpointSpec.Data) s).what())
                .orElse("0x" + Long.toHexString(w.address()));
        yield new StopReason.Data(
            w.id(),
            what,
            w.address(),
            w.write(),
            DebugSession.hex(w, true),
            DebugSession.hex(w, false));
      }
      case StopCause.Requested r -> filtered.orElseGet(StopReason.Pause::new);
    };
  }
}
