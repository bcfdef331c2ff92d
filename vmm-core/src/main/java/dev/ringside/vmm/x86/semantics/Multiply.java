package dev.ringside.vmm.x86.semantics;

import static dev.ringside.vmm.x86.semantics.Flags.CF;
import static dev.ringside.vmm.x86.semantics.Flags.OF;
import static dev.ringside.vmm.x86.semantics.Flags.mask;
import static dev.ringside.vmm.x86.semantics.Flags.signed;
import static dev.ringside.vmm.x86.semantics.Flags.unsigned;

/**
 * MUL and IMUL (SDM volume 2). The {@code …Flags} methods return CF and OF, for {@link
 * Flags#RESULT8} and its kin with the low half as the result.
 */
public final class Multiply {
  private Multiply() {}

  /** The low half of the product, signed or unsigned. */
  public static long low(long a, long b, int size) {
    return (a * b) & mask(size);
  }

  /** The high half of the unsigned product. */
  public static long unsignedHigh(long a, long b, int size) {
    return size == 3
        ? Math.unsignedMultiplyHigh(a, b)
        : (unsigned(a, size) * unsigned(b, size)) >>> (8 << size);
  }

  /** The high half of the signed product. */
  public static long signedHigh(long a, long b, int size) {
    return size == 3
        ? Math.multiplyHigh(a, b)
        : (signed(a, size) * signed(b, size)) >> (8 << size) & mask(size);
  }

  /** MUL sets CF and OF when the high half is not zero. */
  public static int unsignedFlags(long a, long b, int size) {
    return unsignedHigh(a, b, size) != 0 ? CF | OF : 0;
  }

  /** IMUL sets CF and OF when the high half is not the sign of the low one. */
  public static int signedFlags(long a, long b, int size) {
    long sign = signed(low(a, b, size), size) >> 63;
    return signedHigh(a, b, size) != (sign & mask(size)) ? CF | OF : 0;
  }
}
