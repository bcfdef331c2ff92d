package dev.ringside.vmm.x86.decode;

/** What an instruction does with an operand. */
public enum OperandAccess {
  /** Only reads it (or its address: LEA, INVLPG, prefetches). */
  READ,
  /** Only writes it (a conditional or partial write counts as {@link #READ_WRITE}). */
  WRITE,
  /** Reads and writes it. */
  READ_WRITE
}
