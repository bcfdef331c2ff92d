package dev.ringside.vmm.monitor;

import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.Stepper;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.control.ExecutionBreakpoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A debugger's step in progress: the stepper, its temporary breakpoint, and how far the vCPU may
 * run.
 */
final class StepControl {
  /** The id of the temporary breakpoint; debuggers' own ids are positive. */
  private static final int TEMPORARY = Integer.MIN_VALUE;

  private static final Stepper.Action STEP = new Stepper.Action.Step();

  private @Nullable Stepper stepper;
  private Stepper.Action action = STEP;
  private @Nullable EventDelivery delivered;
  private long target = Long.MAX_VALUE;
  private BreakpointSet own = BreakpointSet.EMPTY;
  private BreakpointSet merged = BreakpointSet.EMPTY;

  void begin(@Nullable Stepper newStepper) {
    stepper = newStepper;
    delivered = null;
    target = Long.MAX_VALUE;
    merged = own;
  }

  /** Ends the step; true if a temporary breakpoint went with it. */
  boolean end() {
    boolean changed = !merged.equals(own);
    begin(null);
    return changed;
  }

  boolean isStepping() {
    return stepper != null;
  }

  void setBreakpoints(BreakpointSet set) {
    boolean temporary = !merged.equals(own);
    own = set;
    merged = set;
    if (temporary && action instanceof Stepper.Action.RunTo to) {
      merged = with(to);
    }
  }

  BreakpointSet breakpoints() {
    return merged;
  }

  void delivered(EventDelivery event) {
    if (stepper != null) {
      delivered = event;
    }
  }

  /** Asks the stepper; true if the step is done. */
  boolean next(Vcpu vcpu) {
    Stepper s = stepper;
    if (s == null) {
      return true;
    }
    EventDelivery event = delivered;
    delivered = null;
    action = s.next(vcpu, event);
    merged = own;
    target = Long.MAX_VALUE;
    return switch (action) {
      case Stepper.Action.Step step -> {
        target = vcpu.instructions() + 1;
        yield false;
      }
      case Stepper.Action.RunTo to -> {
        merged = with(to);
        yield false;
      }
      case Stepper.Action.Done done -> true;
    };
  }

  /** The instruction count up to which the vCPU may run. */
  long limit(Vcpu vcpu, long deadline) {
    if (vcpu.instructions() < 0) {
      return target == Long.MAX_VALUE ? Long.MAX_VALUE : 0;
    }
    return Math.min(target, deadline);
  }

  /** Whether the one instruction of a step is complete. */
  boolean isStepDone(Vcpu vcpu) {
    return stepper != null
        && target != Long.MAX_VALUE
        && (vcpu.instructions() < 0 || vcpu.instructions() >= target);
  }

  /** The debugger's own among the breakpoints hit. */
  List<Integer> withoutTemporary(List<Integer> ids) {
    return ids.stream().filter(id -> id != TEMPORARY).toList();
  }

  private BreakpointSet with(Stepper.Action.RunTo to) {
    List<ExecutionBreakpoint> all = new ArrayList<>();
    own.byAddress().values().forEach(all::addAll);
    all.add(new ExecutionBreakpoint(TEMPORARY, to.linear(), to.condition()));
    return new BreakpointSet(all, own.watchpoints());
  }
}
