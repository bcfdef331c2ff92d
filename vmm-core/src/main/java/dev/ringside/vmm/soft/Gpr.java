package dev.ringside.vmm.soft;

/** General registers at the sizes 0 to 3 (8 to 64 bits), as instructions write them. */
final class Gpr {
  private Gpr() {}

  /** The register's low bits, zero-extended. */
  static long read(Processor c, int number, int size) {
    return c.gpr[number] & (-1L >>> (64 - (8 << size)));
  }

  /** Writes 8 or 16 bits beside the rest, 32 bits with zeros above, or 64. */
  static void write(Processor c, int number, int size, long value) {
    long[] gpr = c.gpr;
    switch (size) {
      case 0 -> gpr[number] = (gpr[number] & ~0xFFL) | (value & 0xFF);
      case 1 -> gpr[number] = (gpr[number] & ~0xFFFFL) | (value & 0xFFFF);
      case 2 -> gpr[number] = value & 0xFFFF_FFFFL;
      default -> gpr[number] = value;
    }
  }

  /**
   * Writes as many bits as {@code mask} has ones, from the lowest: rCX, rSI and rDI at an address
   * size.
   */
  static void writeMasked(Processor c, int number, long mask, long value) {
    // A 32-bit address size clears the upper half, as any 32-bit write does.
    c.gpr[number] = mask == 0xFFFF ? (c.gpr[number] & ~0xFFFFL) | (value & 0xFFFF) : value & mask;
  }
}
