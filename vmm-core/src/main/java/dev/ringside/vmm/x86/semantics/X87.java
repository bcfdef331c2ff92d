package dev.ringside.vmm.x86.semantics;

import org.jspecify.annotations.Nullable;

/**
 * What x87 instructions compute (SDM volume 1, chapter 8): exact results, rounded once by the
 * control word.
 *
 * <p>A register's value is its significand (64 bits, integer bit included) and its sign and
 * exponent (16 bits). Exceptions are bits of the status word; none of them depends on their masks,
 * but for results beyond the range.
 */
public final class X87 {
  /** The control word after FNINIT: extended precision, to nearest, all masked. */
  public static final int CONTROL_DEFAULT = 0x37F;

  /** The exponent of an infinity, a NaN, and of any value that MMX instructions leave. */
  public static final int SPECIAL = 0x7FFF;

  /** The quiet NaN that answers an invalid operation. */
  public static final long INDEFINITE_SIGNIFICAND = 0xC000_0000_0000_0000L;

  public static final int INDEFINITE_SIGN_EXPONENT = 0xFFFF;

  /** The operations of {@link #arithmetic}. */
  public static final int ADD = 0;

  public static final int MULTIPLY = 1;
  public static final int SUBTRACT = 2;
  public static final int DIVIDE = 3;

  private static final int EXTENDED_BIAS = 16383;

  private X87() {}

  /** A number of 64 bits, as FLD loads it. */
  public static X87Value ofDouble(long bits) {
    return loaded(Real.ofDouble(bits));
  }

  /** A number of 32 bits, as FLD loads it. */
  public static X87Value ofSingle(int bits) {
    return loaded(Real.ofSingle(bits));
  }

  /** A number of 64 bits as an operand of arithmetic: a signalling NaN stays one. */
  public static X87Value operandOfDouble(long bits) {
    return operand(Real.ofDouble(bits));
  }

  /** A number of 32 bits as an operand of arithmetic. */
  public static X87Value operandOfSingle(int bits) {
    return operand(Real.ofSingle(bits));
  }

  private static X87Value operand(Real r) {
    return value(r, r.denormal() ? SoftFloat.DENORMAL : 0, false);
  }

  /** A signed integer, as FILD loads it: always exact. */
  public static X87Value ofInteger(long value) {
    return value(Real.of(value), 0, false);
  }

  private static X87Value loaded(Real r) {
    int exceptions =
        (r.isSignallingNan() ? SoftFloat.INVALID : 0) | (r.denormal() ? SoftFloat.DENORMAL : 0);
    return value(r.isNan() ? r.quiet() : r, exceptions, false);
  }

  private static X87Value value(Real r, int exceptions, boolean roundedUp) {
    int sign = r.negative() ? 0x8000 : 0;
    int least = FloatFormat.EXTENDED.least();
    return switch (r.kind()) {
      case ZERO -> new X87Value(0, sign, exceptions, roundedUp);
      case INFINITE, NAN -> new X87Value(r.significand(), sign | SPECIAL, exceptions, roundedUp);
      case FINITE ->
          r.exponent() >= least
              ? new X87Value(
                  r.significand(), sign | (r.exponent() + EXTENDED_BIAS), exceptions, roundedUp)
              : new X87Value(
                  r.significand() >>> (least - r.exponent()), sign, exceptions, roundedUp);
    };
  }

  private static X87Value indefinite(int exceptions) {
    return new X87Value(
        INDEFINITE_SIGNIFICAND, INDEFINITE_SIGN_EXPONENT, exceptions | SoftFloat.INVALID, false);
  }

  /** A register as a number of 64 bits. */
  public static long toDouble(long significand, int signExponent, int control) {
    return SoftFloat.toDouble(narrow(significand, signExponent, soft(FloatFormat.DOUBLE, control)));
  }

  /** A register as a number of 32 bits. */
  public static int toSingle(long significand, int signExponent, int control) {
    return SoftFloat.toSingle(narrow(significand, signExponent, soft(FloatFormat.SINGLE, control)));
  }

  /**
   * The exceptions of {@link #toDouble} ({@code wide}) or {@link #toSingle}; bit 9, C1's place, is
   * set if the number was rounded up.
   */
  public static int narrowFlags(boolean wide, long significand, int signExponent, int control) {
    SoftFloat soft = soft(wide ? FloatFormat.DOUBLE : FloatFormat.SINGLE, control);
    narrow(significand, signExponent, soft);
    return flags(soft);
  }

  private static int flags(SoftFloat soft) {
    boolean up = soft.roundedUp && (soft.exceptions & SoftFloat.INVALID) == 0;
    return soft.exceptions | (up ? 1 << 9 : 0);
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
   * @param truncate round to zero, whatever the control word says
   * @return sign-extended; the lowest integer where it does not fit
   */
  public static long toInteger(
      long significand, int signExponent, int size, boolean truncate, int control) {
    Real r = Real.ofExtended(significand, signExponent);
    return r == null
        ? -1L << ((8 << size) - 1)
        : integerRounding(truncate, control).toInteger(r, 8 << size);
  }

  /** The exceptions of {@link #toInteger}, with C1 as {@link #narrowFlags} has it. */
  public static int toIntegerFlags(
      long significand, int signExponent, int size, boolean truncate, int control) {
    Real r = Real.ofExtended(significand, signExponent);
    if (r == null) {
      return SoftFloat.INVALID;
    }
    SoftFloat soft = integerRounding(truncate, control);
    soft.toInteger(r, 8 << size);
    return flags(soft);
  }

  private static SoftFloat integerRounding(boolean truncate, int control) {
    return soft(FloatFormat.EXTENDED, truncate ? control | 3 << 10 : control);
  }

  private static SoftFloat soft(FloatFormat format, int control) {
    return new SoftFloat(format, control >> 10 & 3, ~control & 0x3F, false);
  }

  /** In the precision that the control word asks for, with the registers' range of exponents. */
  private static SoftFloat arithmeticSoft(int control) {
    FloatFormat format =
        switch (control >> 8 & 3) {
          case 0 -> new FloatFormat(24, EXTENDED_BIAS);
          case 2 -> new FloatFormat(53, EXTENDED_BIAS);
          default -> FloatFormat.EXTENDED;
        };
    return soft(format, control).x87();
  }

  /** FADD, FMUL, FSUB and FDIV: {@code a} op {@code b}. */
  public static X87Value arithmetic(
      int operation, long aSignificand, int aSignExponent, long b, int bSignExponent, int control) {
    Real x = Real.ofExtended(aSignificand, aSignExponent);
    Real y = Real.ofExtended(b, bSignExponent);
    if (x == null || y == null) {
      return indefinite(0);
    }
    SoftFloat soft = arithmeticSoft(control);
    Real r =
        switch (operation) {
          case ADD -> soft.add(x, y);
          case MULTIPLY -> soft.multiply(x, y);
          case SUBTRACT -> soft.subtract(x, y);
          case DIVIDE -> soft.divide(x, y);
          default -> throw new IllegalArgumentException("no such operation: " + operation);
        };
    return value(r, soft.exceptions, soft.roundedUp);
  }

  /** FSQRT. */
  public static X87Value squareRoot(long significand, int signExponent, int control) {
    Real x = Real.ofExtended(significand, signExponent);
    if (x == null) {
      return indefinite(0);
    }
    SoftFloat soft = arithmeticSoft(control);
    Real r = soft.squareRoot(x);
    return value(r, soft.exceptions, soft.roundedUp);
  }

  /** FRNDINT. */
  public static X87Value toIntegral(long significand, int signExponent, int control) {
    Real x = Real.ofExtended(significand, signExponent);
    if (x == null) {
      return indefinite(0);
    }
    SoftFloat soft = soft(FloatFormat.EXTENDED, control).x87();
    if (!x.isFinite() || x.exponent() >= 63) {
      Real r = x.isNan() ? soft.convert(x) : x;
      return value(r, soft.exceptions, false);
    }
    int denormal = x.denormal() ? SoftFloat.DENORMAL : 0;
    long whole = soft.toInteger(x, 64);
    if (soft.exceptions == SoftFloat.INVALID) {
      // The one that does not fit: 2^63, rounded up to.
      return new X87Value(Long.MIN_VALUE, EXTENDED_BIAS + 63, SoftFloat.PRECISION | denormal, true);
    }
    Real r = whole == 0 ? Real.zero(x.negative()) : Real.of(whole);
    return value(r, soft.exceptions | denormal, soft.roundedUp);
  }

  /**
   * ZF, PF and CF as FCOMI sets them (C3, C2 and C0 of FCOM are the same three): equal, unordered,
   * below.
   */
  public static int order(long a, int aSignExponent, long b, int bSignExponent) {
    Real x = Real.ofExtended(a, aSignExponent);
    Real y = Real.ofExtended(b, bSignExponent);
    if (x == null || y == null || x.isNan() || y.isNan()) {
      return Flags.ZF | Flags.PF | Flags.CF;
    }
    int order = x.compareTo(y);
    return order == 0 ? Flags.ZF : order < 0 ? Flags.CF : 0;
  }

  /** The exceptions of a comparison; {@code quietToo}: of FCOM, which takes offence at any NaN. */
  public static int orderFlags(
      boolean quietToo, long a, int aSignExponent, long b, int bSignExponent) {
    Real x = Real.ofExtended(a, aSignExponent);
    Real y = Real.ofExtended(b, bSignExponent);
    if (invalid(quietToo, x) || invalid(quietToo, y)) {
      return SoftFloat.INVALID;
    }
    boolean unordered = isNan(x) || isNan(y);
    return !unordered && (denormal(x) || denormal(y)) ? SoftFloat.DENORMAL : 0;
  }

  private static boolean isNan(@Nullable Real r) {
    return r != null && r.isNan();
  }

  private static boolean invalid(boolean quietToo, @Nullable Real r) {
    return r == null || (quietToo ? r.isNan() : r.isSignallingNan());
  }

  private static boolean denormal(@Nullable Real r) {
    return r != null && r.denormal();
  }

  /**
   * The two tag bits of a register that is not empty: 0 valid, 1 zero, 2 special (SDM volume 1,
   * section 8.1.7).
   */
  public static int tag(long significand, int signExponent) {
    int exponent = signExponent & SPECIAL;
    if (exponent == 0 && significand == 0) {
      return 1;
    }
    return exponent == 0 || exponent == SPECIAL || significand >= 0 ? 2 : 0;
  }
}
