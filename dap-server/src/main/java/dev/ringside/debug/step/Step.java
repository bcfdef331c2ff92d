package dev.ringside.debug.step;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.target.Target;
import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.Stepper;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.x86.Register;
import org.jspecify.annotations.Nullable;

/**
 * What all steps share: an interrupt or exception that the guest takes on the way is run through to
 * its return, so that no step ends in a handler that it did not start in. Used once, on the vCPU's
 * thread.
 */
public abstract class Step implements Stepper {
  static final Action STEP = new Action.Step();
  static final Action DONE = new Action.Done();

  private final Target target;
  private boolean started;
  private long lastPc;
  private long lastStack;
  private int lastLevel;
  private int hidden;

  Step(Target target) {
    this.target = target;
  }

  /** How many inlined functions that begin where the step ended are not shown as entered. */
  public int hiddenInlined() {
    return hidden;
  }

  void hide(int count) {
    hidden = count;
  }

  @Override
  public final Action next(Vcpu vcpu, @Nullable EventDelivery delivered) {
    GuestView view = target.viewOf(vcpu);
    if (delivered != null && started && !enters(delivered)) {
      return returnFrom(view, delivered);
    }
    started = true;
    Action action = decide(view, vcpu.linearRip());
    remember(vcpu);
    return action;
  }

  private void remember(CpuState cpu) {
    lastPc = cpu.linearRip();
    lastStack = cpu.read(Register.RSP);
    lastLevel = cpu.cpl();
  }

  /** Whether the step wants to go into the handler: of a software interrupt that it steps into. */
  boolean enters(EventDelivery delivered) {
    return false;
  }

  /** Runs to where the handler returns: the interrupted instruction, or the one behind INT. */
  private Action returnFrom(GuestView view, EventDelivery delivered) {
    long back = delivered.rip();
    if (delivered.kind() == EventDelivery.Kind.SOFTWARE_INTERRUPT
        || (back == lastPc && CodeAt.isTrap(view, back))) {
      back = CodeAt.behind(view, lastPc, delivered.rip());
    }
    return runTo(back, lastStack, lastLevel);
  }

  /** Decides at an instruction boundary where no handler has intervened. */
  abstract Action decide(GuestView view, long pc);

  /** Runs until that instruction with that much of the stack unwound, in the same ring. */
  static Action runTo(long address, long stack, int level) {
    return new Action.RunTo(
        address,
        cpu -> cpu.cpl() == level && Long.compareUnsigned(cpu.read(Register.RSP), stack) >= 0);
  }
}
