package dev.ringside.vmm.x86.semantics;

/**
 * x87 data movement: conversions between the 80-bit format of the registers and those of memory,
 * and the tag word (SDM volume 1, chapter 8).
 *
 * <p>A register's value is its significand (64 bits, integer bit included) and its sign and
 * exponent (16 bits).
 */
public final class X87 {
  /** The control word after FNINIT: extended precision, to nearest, all masked. */
  public static final int CONTROL_DEFAULT = 0x37F;

  /** The sign and exponent of an infinity, a NaN, and of any value that MMX instructions leave. */
  public static final int SPECIAL = 0x7FFF;

  private static final int EXTENDED_BIAS = 16383;

  private X87() {}

  /** The significand of a number of 64 bits. */
  public static long significandOfDouble(long bits) {
    return significand(quieted(Real.ofDouble(bits)));
  }

  /** The sign and exponent of a number of 64 bits. */
  public static int signExponentOfDouble(long bits) {
    return signExponent(Real.ofDouble(bits));
  }

  /** The significand of a number of 32 bits. */
  public static long significandOfSingle(int bits) {
    return significand(quieted(Real.ofSingle(bits)));
  }

  /** The sign and exponent of a number of 32 bits. */
  public static int signExponentOfSingle(int bits) {
    return signExponent(Real.ofSingle(bits));
  }

  /** The exceptions of loading a number of 64 bits: a signalling NaN and a denormal raise one. */
  public static int loadFlagsOfDouble(long bits) {
    return loadFlags(Real.ofDouble(bits));
  }

  /** The exceptions of loading a number of 32 bits. */
  public static int loadFlagsOfSingle(int bits) {
    return loadFlags(Real.ofSingle(bits));
  }

  private static int loadFlags(Real r) {
    return (r.isSignallingNan() ? SoftFloat.INVALID : 0) | (r.denormal() ? SoftFloat.DENORMAL : 0);
  }

  /** The significand of a signed integer. */
  public static long significandOfInteger(long value) {
    return significand(Real.of(value));
  }

  /** The sign and exponent of a signed integer. */
  public static int signExponentOfInteger(long value) {
    return signExponent(Real.of(value));
  }

  private static Real quieted(Real r) {
    return r.isNan() ? r.quiet() : r;
  }

  private static long significand(Real r) {
    return r.significand();
  }

  private static int signExponent(Real r) {
    int sign = r.negative() ? 0x8000 : 0;
    return switch (r.kind()) {
      case ZERO -> sign;
      case INFINITE, NAN -> sign | SPECIAL;
      case FINITE -> sign | (r.exponent() + EXTENDED_BIAS);
    };
  }

  /** A register as a number of 64 bits. */
  public static long toDouble(long significand, int signExponent, int control) {
    return SoftFloat.toDouble(narrow(significand, signExponent, soft(FloatFormat.DOUBLE, control)));
  }

  /** The exceptions of {@link #toDouble}. */
  public static int toDoubleFlags(long significand, int signExponent, int control) {
    SoftFloat soft = soft(FloatFormat.DOUBLE, control);
    narrow(significand, signExponent, soft);
    return soft.exceptions;
  }

  /** A register as a number of 32 bits. */
  public static int toSingle(long significand, int signExponent, int control) {
    return SoftFloat.toSingle(narrow(significand, signExponent, soft(FloatFormat.SINGLE, control)));
  }

  /** The exceptions of {@link #toSingle}. */
  public static int toSingleFlags(long significand, int signExponent, int control) {
    SoftFloat soft = soft(FloatFormat.SINGLE, control);
    narrow(significand, signExponent, soft);
    return soft.exceptions;
  }

  private static Real narrow(long significand, int signExponent, SoftFloat soft) {
    Real r = Real.ofExtended(significand, signExponent);
    if (r == null) {
      soft.exceptions |= SoftFloat.INVALID;
      return Real.indefinite();
    }
    Real narrowed = soft.convert(r);
    // Unlike arithmetic, a store does not mind that its operand is denormal.
    soft.exceptions &= ~SoftFloat.DENORMAL;
    return narrowed;
  }

  /**
   * A register as a signed integer.
   *
   * @param size 1, 2 or 3, for 16, 32 and 64 bits
   * @return sign-extended; the lowest integer where it does not fit
   */
  public static long toInteger(long significand, int signExponent, int size, int control) {
    SoftFloat soft = soft(FloatFormat.EXTENDED, control);
    Real r = Real.ofExtended(significand, signExponent);
    return r == null ? -1L << ((8 << size) - 1) : soft.toInteger(r, 8 << size);
  }

  /** The exceptions of {@link #toInteger}. */
  public static int toIntegerFlags(long significand, int signExponent, int size, int control) {
    SoftFloat soft = soft(FloatFormat.EXTENDED, control);
    Real r = Real.ofExtended(significand, signExponent);
    if (r == null) {
      return SoftFloat.INVALID;
    }
    soft.toInteger(r, 8 << size);
    return soft.exceptions;
  }

  private static SoftFloat soft(FloatFormat format, int control) {
    return new SoftFloat(format, control >> 10 & 3, ~control & 0x3F, false);
  }

  /**
   * The two tag bits of a register that is not empty: 0 valid, 1 zero, 2 special (SDM volume 1,
   * section 8.1.7).
   */
  public static int tag(long significand, int signExponent) {
    int exponent = signExponent & 0x7FFF;
    if (exponent == 0 && significand == 0) {
      return 1;
    }
    return exponent == 0 || exponent == SPECIAL || significand >= 0 ? 2 : 0;
  }
}
