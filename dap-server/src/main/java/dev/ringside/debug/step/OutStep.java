package dev.ringside.debug.step;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.target.Target;
import dev.ringside.vmm.control.Condition;
import dev.ringside.vmm.x86.Register;

/** Runs until a function has returned to its caller, in the same activation of the caller. */
public final class OutStep extends Step {
  private final long returnAddress;
  private final Condition condition;
  private boolean ran;

  /**
   * Leaves a function.
   *
   * @param returnAddress linear address of the instruction that it returns to
   * @param stack the caller's stack pointer then
   * @param exact whether the stack pointer will be just that (a handler's return) rather than that
   *     or more (a callee may pop its arguments)
   */
  public OutStep(Target target, long returnAddress, long stack, boolean exact) {
    super(target);
    this.returnAddress = returnAddress;
    this.condition =
        cpu -> {
          int order = Long.compareUnsigned(cpu.read(Register.RSP), stack);
          return exact ? order == 0 : order >= 0;
        };
  }

  @Override
  Action decide(GuestView view, long pc) {
    if (ran) {
      return DONE;
    }
    ran = true;
    return new Action.RunTo(returnAddress, condition);
  }
}
