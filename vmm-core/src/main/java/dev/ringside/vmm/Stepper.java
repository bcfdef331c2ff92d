package dev.ringside.vmm;

import dev.ringside.vmm.control.Condition;
import org.jspecify.annotations.Nullable;

/**
 * A debugger's step, decided instruction by instruction on the vCPU's thread: a source step is a
 * stepper that goes on while the line is the same. Breakpoints that hit meanwhile win.
 */
@FunctionalInterface
public interface Stepper {
  /** What to do next. */
  sealed interface Action {
    /** Run one instruction and ask again. */
    record Step() implements Action {}

    /**
     * Run freely until the instruction at a linear address is reached while the condition holds,
     * then ask again. Events that the guest takes on the way do not matter.
     */
    record RunTo(long linear, Condition condition) implements Action {}

    /** The step is done. */
    record Done() implements Action {}
  }

  /**
   * Asked before the first instruction and after each step or run.
   *
   * @param delivered the event that the guest took during the last step, if any: RIP is then in or
   *     behind its handler
   */
  Action next(Vcpu vcpu, @Nullable EventDelivery delivered);
}
