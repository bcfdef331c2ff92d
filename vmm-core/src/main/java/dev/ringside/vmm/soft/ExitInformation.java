package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;

/** The instruction-information field of exits (SDM vol. 3C, 30.2.5). */
final class ExitInformation {
  private ExitInformation() {}

  private static long memory(Instruction i) {
    long size = i.addressSize() == 16 ? 0 : i.addressSize() == 32 ? 1 : 2;
    int base = i.memoryBase();
    int index = i.memoryIndex();
    boolean hasBase = base >= 0 && base < 16;
    return (index >= 0 ? Integer.numberOfTrailingZeros(i.memoryScale()) : 0)
        | size << 7
        | (long) i.memorySegment() << 15
        | (index >= 0 ? (long) index << 18 : 1L << 22)
        | (hasBase ? (long) base << 23 : 1L << 27);
  }

  /**
   * Tables 30-11 and 30-12: LGDT, LIDT, SGDT, SIDT, and LLDT, LTR, SLDT, STR.
   *
   * @param identity bits 29:28
   */
  static long descriptorTable(Instruction i, boolean inMemory, int identity) {
    long operand = inMemory ? memory(i) : 1 << 10 | (long) i.registerNumber(0) << 3;
    boolean wide = inMemory && i.operandSize() >= 32;
    return operand | (wide ? 1 << 11 : 0) | (long) identity << 28;
  }

  /** Table 30-14: RDRAND and RDSEED. */
  static long random(Instruction i) {
    long size = i.operandSize() == 16 ? 0 : i.operandSize() == 32 ? 1 : 2;
    return (long) i.registerNumber(0) << 3 | size << 11;
  }

  /** Tables 30-13 and 30-15: instructions with a memory operand, and perhaps a register. */
  static long memoryOperand(Instruction i, int register) {
    return memory(i) | (register >= 0 ? (long) register << 28 : 0);
  }
}
