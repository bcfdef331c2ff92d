package dev.ringside.vmm.x86.decode;

/** The register file an operand names, and the width at which it names it. */
public enum RegisterClass {
  /** AL, CL, DL, BL, SPL, BPL, SIL, DIL, R8B to R15B: numbers 0 to 15. */
  GPR8,
  /**
   * AH, CH, DH, BH: numbers 0 to 3, that is, the number of the register whose bits 15:8 they are.
   */
  GPR8_HIGH,
  /** AX to R15W: 0 to 15. */
  GPR16,
  /** EAX to R15D: 0 to 15. */
  GPR32,
  /** RAX to R15: 0 to 15. */
  GPR64,
  /** ES, CS, SS, DS, FS, GS: 0 to 5. */
  SEGMENT,
  /** CR0 to CR15. The decoder lets only 0, 2, 3, 4 and 8 pass. */
  CONTROL,
  /** DR0 to DR7. */
  DEBUG,
  /** ST(0) to ST(7), relative to the top of the stack. */
  X87,
  /** MM0 to MM7. */
  MMX,
  /** XMM0 to XMM31. */
  XMM,
  /** YMM0 to YMM31. */
  YMM,
  /** ZMM0 to ZMM31. */
  ZMM,
  /** K0 to K7. */
  MASK,
  /** BND0 to BND3. */
  BOUND,
  /** TMM0 to TMM7. */
  TILE
}
