package dev.ringside.vmm.x86.decode;

/** What an operand is. */
public enum OperandKind {
  /** A register: {@link Instruction#registerClass} and {@link Instruction#registerNumber}. */
  REGISTER,
  /** Memory: base, index, scale, displacement and segment of the instruction. */
  MEMORY,
  /**
   * A constant: {@link Instruction#immediate()}, for a second one {@link Instruction#immediate2()}.
   */
  IMMEDIATE,
  /** A branch target relative to the next instruction: {@link Instruction#branchTarget()}. */
  RELATIVE,
  /** Selector and offset: {@link Instruction#farSelector()}, {@link Instruction#farOffset()}. */
  FAR_POINTER
}
