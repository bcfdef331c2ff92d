package dev.ringside.vmm.x86;

/**
 * The registers of a vCPU that hold one 64-bit value. General registers stand first, in the order
 * of their encoding, so that {@code ordinal()} of RAX to R15 is the register's number in an
 * instruction (SDM vol. 2, table 3-1).
 */
public enum Register {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15,
  RIP,
  RFLAGS,
  CR0,
  CR2,
  CR3,
  CR4,
  CR8,
  XCR0,
  DR0,
  DR1,
  DR2,
  DR3,
  DR6,
  DR7;

  private static final Register[] VALUES = values();

  /** The general register with that number, 0 (RAX) to 15 (R15). */
  public static Register general(int number) {
    if (number < 0 || number > 15) {
      throw new IllegalArgumentException("no general register has number " + number);
    }
    return VALUES[number];
  }

  /** Whether this is one of RAX to R15. */
  public boolean isGeneral() {
    return ordinal() < 16;
  }
}
