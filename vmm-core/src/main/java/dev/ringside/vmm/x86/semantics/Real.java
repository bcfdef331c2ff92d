package dev.ringside.vmm.x86.semantics;

import org.jspecify.annotations.Nullable;

/**
 * A floating-point operand, unpacked.
 *
 * @param exponent of a finite number: its value is {@code significand / 2^63 * 2^exponent}
 * @param significand of a finite number with its top bit set; of a NaN the payload, left-justified,
 *     with the quiet bit at 62 and the top bit set (the extended format's own form)
 * @param denormal the operand was stored as a denormal, which is worth an exception of its own
 */
record Real(Kind kind, boolean negative, int exponent, long significand, boolean denormal) {
  enum Kind {
    ZERO,
    FINITE,
    INFINITE,
    NAN
  }

  private static final long INTEGER_BIT = Long.MIN_VALUE;
  private static final long QUIET_BIT = 1L << 62;

  static Real zero(boolean negative) {
    return new Real(Kind.ZERO, negative, 0, 0, false);
  }

  static Real infinite(boolean negative) {
    return new Real(Kind.INFINITE, negative, 0, INTEGER_BIT, false);
  }

  /** The NaN that stands for the result of an invalid operation. */
  static Real indefinite() {
    return new Real(Kind.NAN, true, 0, INTEGER_BIT | QUIET_BIT, false);
  }

  /** An integer, exactly. */
  static Real of(long value) {
    return value == 0 ? zero(false) : finite(value < 0, 63, Math.abs(value), false);
  }

  private static Real finite(boolean negative, int exponent, long significand, boolean denormal) {
    int shift = Long.numberOfLeadingZeros(significand);
    return new Real(Kind.FINITE, negative, exponent - shift, significand << shift, denormal);
  }

  /** Unpacks a number of 32 bits. */
  static Real ofSingle(int bits) {
    return of(bits < 0, bits >>> 23 & 0xFF, 0xFF, (long) bits << 41 >>> 1, FloatFormat.SINGLE);
  }

  /** Unpacks a number of 64 bits. */
  static Real ofDouble(long bits) {
    return of(bits < 0, (int) (bits >>> 52) & 0x7FF, 0x7FF, bits << 12 >>> 1, FloatFormat.DOUBLE);
  }

  /**
   * @param fraction left-justified below the integer bit
   */
  private static Real of(
      boolean negative, int exponent, int special, long fraction, FloatFormat format) {
    if (exponent == special) {
      return fraction == 0
          ? infinite(negative)
          : new Real(Kind.NAN, negative, 0, INTEGER_BIT | fraction, false);
    }
    if (exponent == 0) {
      return fraction == 0 ? zero(negative) : finite(negative, format.least(), fraction, true);
    }
    return new Real(Kind.FINITE, negative, exponent - format.bias(), INTEGER_BIT | fraction, false);
  }

  /**
   * Unpacks a number of 80 bits.
   *
   * @param signExponent 16 bits
   * @return null for a format that the processor does not support (SDM volume 1, section 8.2.2)
   */
  static @Nullable Real ofExtended(long significand, int signExponent) {
    boolean negative = (signExponent & 0x8000) != 0;
    int exponent = signExponent & 0x7FFF;
    if (exponent == 0) {
      return significand == 0
          ? zero(negative)
          : finite(negative, FloatFormat.EXTENDED.least(), significand, true);
    }
    if (significand >= 0) {
      return null;
    }
    if (exponent == 0x7FFF) {
      return significand == INTEGER_BIT
          ? infinite(negative)
          : new Real(Kind.NAN, negative, 0, significand, false);
    }
    return new Real(Kind.FINITE, negative, exponent - 16383, significand, false);
  }

  boolean isNan() {
    return kind == Kind.NAN;
  }

  boolean isSignallingNan() {
    return kind == Kind.NAN && (significand & QUIET_BIT) == 0;
  }

  boolean isZero() {
    return kind == Kind.ZERO;
  }

  boolean isInfinite() {
    return kind == Kind.INFINITE;
  }

  boolean isFinite() {
    return kind == Kind.FINITE;
  }

  Real quiet() {
    return new Real(kind, negative, exponent, significand | QUIET_BIT, false);
  }

  Real negate() {
    return new Real(kind, !negative, exponent, significand, denormal);
  }

  /**
   * Compares two numbers, of which none is a NaN.
   *
   * @return negative, zero or positive
   */
  int compareTo(Real other) {
    if (isZero() && other.isZero()) {
      return 0;
    }
    if (isZero() || (negative != other.negative && !other.isZero())) {
      return isZero() ? (other.negative ? 1 : -1) : (negative ? -1 : 1);
    }
    if (other.isZero()) {
      return negative ? -1 : 1;
    }
    int magnitude;
    if (isInfinite() || other.isInfinite()) {
      magnitude = Boolean.compare(isInfinite(), other.isInfinite());
    } else if (exponent != other.exponent) {
      magnitude = Integer.compare(exponent, other.exponent);
    } else {
      magnitude = Long.compareUnsigned(significand, other.significand);
    }
    return negative ? -magnitude : magnitude;
  }
}
