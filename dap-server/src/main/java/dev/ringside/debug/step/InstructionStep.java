package dev.ringside.debug.step;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.target.Target;
import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.decode.Instruction;
import java.util.Optional;

/** One instruction; with {@code over}, a call or system call together with what it calls. */
public final class InstructionStep extends Step {
  private final boolean over;
  private boolean ran;
  private boolean interrupted;

  public InstructionStep(Target target, boolean over) {
    super(target);
    this.over = over;
  }

  @Override
  boolean enters(EventDelivery delivered) {
    boolean enters = !over && delivered.kind() == EventDelivery.Kind.SOFTWARE_INTERRUPT;
    if (!enters) {
      interrupted = delivered.kind() != EventDelivery.Kind.SOFTWARE_INTERRUPT;
    }
    return enters;
  }

  @Override
  Action decide(GuestView view, long pc) {
    if (ran && !interrupted) {
      return DONE;
    }
    ran = true;
    interrupted = false;
    Optional<Instruction> instruction = over ? CodeAt.decode(view, pc) : Optional.empty();
    if (instruction.isPresent()) {
      Instruction i = instruction.get();
      boolean calls =
          CodeAt.isCall(i.mnemonic())
              || CodeAt.isSystemCall(i.mnemonic())
              || CodeAt.isSoftwareInterrupt(i.mnemonic());
      if (calls) {
        return runTo(pc + i.length(), view.cpu().read(Register.RSP), view.cpu().cpl());
      }
    }
    return STEP;
  }
}
