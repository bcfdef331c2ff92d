package dev.ringside.debug;

import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.x86.Vector;
import java.util.List;

/** Why the guest stands still. */
public sealed interface StopReason {
  /** A short sentence for people: {@code VM exit: CPUID (10)}. */
  String description();

  /** The numbers of the breakpoints that were hit, filters not among them. */
  default List<Integer> breakpointIds() {
    return List.of();
  }

  /** The guest has not run yet. */
  record Entry() implements StopReason {
    @Override
    public String description() {
      return "At the first instruction";
    }
  }

  /** Somebody asked for it. */
  record Pause() implements StopReason {
    @Override
    public String description() {
      return "Paused";
    }
  }

  /** A step is done. */
  record Step() implements StopReason {
    @Override
    public String description() {
      return "Step";
    }
  }

  /** It was made to go on elsewhere, and has not run there yet. */
  record Jump() implements StopReason {
    @Override
    public String description() {
      return "Jumped";
    }
  }

  /**
   * Breakpoints on the instruction.
   *
   * @param kinds what sort each of them is, in the same order
   */
  record Breakpoints(List<Integer> breakpointIds, List<BreakpointKind> kinds)
      implements StopReason {
    public Breakpoints {
      breakpointIds = List.copyOf(breakpointIds);
      kinds = List.copyOf(kinds);
    }

    @Override
    public String description() {
      return "Breakpoint";
    }
  }

  /** What a breakpoint is on. */
  enum BreakpointKind {
    SOURCE,
    FUNCTION,
    INSTRUCTION,
    DATA,
    CONSOLE
  }

  /** A watchpoint; {@code description} has the values before and after. */
  record Data(
      int breakpointId, String what, long address, boolean write, String before, String after)
      implements StopReason {
    @Override
    public List<Integer> breakpointIds() {
      return List.of(breakpointId);
    }

    @Override
    public String description() {
      return write ? what + " written: " + before + " → " + after : what + " read: " + after;
    }
  }

  /** A VM exit that has not been handled yet. */
  record AtVmExit(VmExit exit) implements StopReason {
    @Override
    public String description() {
      return "VM exit: " + exit.reason().name() + " (" + exit.reason().number() + ")";
    }
  }

  /** A change of ring that has just happened. */
  record AtRingTransition(RingTransition transition) implements StopReason {
    @Override
    public String description() {
      return "Ring transition: "
          + transition.from()
          + " → "
          + transition.to()
          + " ("
          + transition.mechanism()
          + ")";
    }
  }

  /** An exception about to be delivered. */
  record AtException(EventDelivery event) implements StopReason {
    @Override
    public String description() {
      return "Exception: " + Vector.name(event.vector()) + " (" + event.vector() + ")";
    }
  }

  /** A triple fault, before the machine ends. */
  record AtTripleFault(VmExit exit) implements StopReason {
    @Override
    public String description() {
      return "Triple fault";
    }
  }

  /** A breakpoint's condition could not be evaluated: the guest stops so that it gets noticed. */
  record ConditionFailed(int breakpointId, String message) implements StopReason {
    @Override
    public List<Integer> breakpointIds() {
      return breakpointId > 0 ? List.of(breakpointId) : List.of();
    }

    @Override
    public String description() {
      return "Condition failed: " + message;
    }
  }
}
