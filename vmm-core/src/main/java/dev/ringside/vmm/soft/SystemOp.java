package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;

/** A system instruction: it ends its block, and knows itself, for exits. */
final class SystemOp extends Op {
  /** What it does, by the rules of {@link Op}. */
  interface Action {
    void run(SystemOp op);
  }

  /** As decoded. */
  final Instruction instruction;

  private final Action action;

  SystemOp(Instruction instruction, Action action) {
    this.instruction = instruction;
    this.action = action;
    this.endsBlock = true;
    int memory = instruction.memoryOperand();
    this.stackSegment = memory >= 0 && instruction.memorySegment() == Processor.SS;
  }

  @Override
  void execute(Processor c) {
    action.run(this);
  }

  /** Marks that it pushes or pops. */
  SystemOp onStack() {
    stackSegment = true;
    return this;
  }
}
