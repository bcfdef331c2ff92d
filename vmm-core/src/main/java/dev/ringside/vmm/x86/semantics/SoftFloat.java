package dev.ringside.vmm.x86.semantics;

import java.math.BigInteger;

/**
 * One floating-point operation, exactly: the infinitely precise result, rounded once, and the
 * exceptions that it raises (SDM volume 1, sections 4.8.4 and 4.9). One object is good for one
 * operation.
 *
 * <p>The exception bits are those of MXCSR and of the x87 status word, which agree.
 */
final class SoftFloat {
  static final int INVALID = 1;
  static final int DENORMAL = 2;
  static final int DIVIDE_BY_ZERO = 4;
  static final int OVERFLOW = 8;
  static final int UNDERFLOW = 16;
  static final int PRECISION = 32;

  static final int TO_NEAREST = 0;
  static final int DOWN = 1;
  static final int UP = 2;
  static final int TO_ZERO = 3;

  /** What separates the exponent of a result beyond the range from the one that a handler gets. */
  private static final int X87_BIAS_ADJUSTMENT = 24576;

  private final FloatFormat format;
  private final int rounding;
  private final int unmasked;
  private final boolean flush;

  /** The exceptions raised so far. */
  int exceptions;

  /** Whether rounding made the magnitude larger. */
  boolean roundedUp;

  /**
   * Whether the x87's rules for NaNs hold, and its results where overflow or underflow is unmasked.
   */
  private boolean x87;

  /**
   * @param rounding 0 to 3, as in MXCSR.RC
   * @param unmasked exception bits that are not masked
   * @param flush tiny results become zero, as with MXCSR.FTZ
   */
  SoftFloat(FloatFormat format, int rounding, int unmasked, boolean flush) {
    this.format = format;
    this.rounding = rounding;
    this.unmasked = unmasked;
    this.flush = flush;
  }

  /** Switches to the x87's rules. */
  SoftFloat x87() {
    x87 = true;
    return this;
  }

  /**
   * The result for two operands of which at least one is a NaN: the first of them, as SSE has it,
   * or by the x87's rules (SDM volume 1, table 4-7).
   */
  private Real nan(Real a, Real b) {
    if (a.isSignallingNan() || b.isSignallingNan()) {
      exceptions |= INVALID;
    }
    if (!x87 || !a.isNan() || !b.isNan()) {
      return (a.isNan() ? a : b).quiet();
    }
    if (a.isSignallingNan() != b.isSignallingNan()) {
      return a.isSignallingNan() ? b : a;
    }
    int order = Long.compareUnsigned(a.significand(), b.significand());
    boolean first = order == 0 ? !a.negative() : order > 0;
    return (first ? a : b).quiet();
  }

  private Real invalid() {
    exceptions |= INVALID;
    return Real.indefinite();
  }

  private void noteDenormals(Real a, Real b) {
    if (a.denormal() || b.denormal()) {
      exceptions |= DENORMAL;
    }
  }

  Real add(Real a, Real b) {
    if (a.isNan() || b.isNan()) {
      return nan(a, b);
    }
    if (a.isInfinite() && b.isInfinite() && a.negative() != b.negative()) {
      return invalid();
    }
    noteDenormals(a, b);
    if (a.isInfinite() || b.isInfinite()) {
      return a.isInfinite() ? a : b;
    }
    if (a.isZero() && b.isZero()) {
      return Real.zero(a.negative() == b.negative() ? a.negative() : rounding == DOWN);
    }
    if (a.isZero() || b.isZero()) {
      Real r = a.isZero() ? b : a;
      return round(r.negative(), r.exponent(), r.significand(), 0);
    }
    boolean swap =
        a.exponent() < b.exponent()
            || (a.exponent() == b.exponent()
                && Long.compareUnsigned(a.significand(), b.significand()) < 0);
    return swap ? addOrdered(b, a) : addOrdered(a, b);
  }

  /** The sum of two finite numbers, the first of the larger or equal magnitude. */
  private Real addOrdered(Real a, Real b) {
    int distance = a.exponent() - b.exponent();
    long high;
    long low;
    if (distance == 0) {
      high = b.significand();
      low = 0;
    } else if (distance < 64) {
      high = b.significand() >>> distance;
      low = b.significand() << (64 - distance);
    } else if (distance < 127) {
      high = 0;
      low = b.significand() >>> (distance - 64);
      low |= low << (distance - 64) == b.significand() ? 0 : 1;
    } else {
      high = 0;
      low = 1;
    }
    if (a.negative() == b.negative()) {
      long sum = a.significand() + high;
      if (Long.compareUnsigned(sum, high) < 0) {
        low = low >>> 1 | (low & 1) | sum << 63;
        return round(a.negative(), a.exponent() + 1, sum >>> 1 | Long.MIN_VALUE, low);
      }
      return round(a.negative(), a.exponent(), sum, low);
    }
    long difference = a.significand() - high - (low != 0 ? 1 : 0);
    low = -low;
    if ((difference | low) == 0) {
      return Real.zero(rounding == DOWN);
    }
    int shift = Long.numberOfLeadingZeros(difference);
    if (shift == 64) {
      shift += Long.numberOfLeadingZeros(low);
      return round(a.negative(), a.exponent() - shift, low << (shift - 64), 0);
    }
    if (shift > 0) {
      difference = difference << shift | low >>> (64 - shift);
      low <<= shift;
    }
    return round(a.negative(), a.exponent() - shift, difference, low);
  }

  Real subtract(Real a, Real b) {
    return b.isNan() ? add(a, b) : add(a, b.negate());
  }

  Real multiply(Real a, Real b) {
    if (a.isNan() || b.isNan()) {
      return nan(a, b);
    }
    if ((a.isInfinite() && b.isZero()) || (a.isZero() && b.isInfinite())) {
      return invalid();
    }
    noteDenormals(a, b);
    boolean negative = a.negative() != b.negative();
    if (a.isInfinite() || b.isInfinite()) {
      return Real.infinite(negative);
    }
    if (a.isZero() || b.isZero()) {
      return Real.zero(negative);
    }
    long high = Math.unsignedMultiplyHigh(a.significand(), b.significand());
    long low = a.significand() * b.significand();
    int exponent = a.exponent() + b.exponent() + 1;
    return high < 0
        ? round(negative, exponent, high, low)
        : round(negative, exponent - 1, high << 1 | low >>> 63, low << 1);
  }

  Real divide(Real a, Real b) {
    if (a.isNan() || b.isNan()) {
      return nan(a, b);
    }
    if ((a.isInfinite() && b.isInfinite()) || (a.isZero() && b.isZero())) {
      return invalid();
    }
    boolean negative = a.negative() != b.negative();
    if (b.isZero() && a.isFinite()) {
      exceptions |= DIVIDE_BY_ZERO;
      return Real.infinite(negative);
    }
    noteDenormals(a, b);
    if (a.isInfinite()) {
      return Real.infinite(negative);
    }
    if (a.isZero() || b.isInfinite()) {
      return Real.zero(negative);
    }
    long d = b.significand();
    int exponent = a.exponent() - b.exponent();
    long high = a.significand();
    long low = 0;
    if (Long.compareUnsigned(high, d) >= 0) {
      low = high << 63;
      high >>>= 1;
    } else {
      exponent--;
    }
    long quotient = Divide.unsignedQuotient(high, low, d, 3);
    long rest = low - quotient * d;
    long more = Divide.unsignedQuotient(rest, 0, d, 3);
    return round(negative, exponent, quotient, more | (-more * d == 0 ? 0 : 1));
  }

  Real squareRoot(Real a) {
    if (a.isNan()) {
      return nan(a, a);
    }
    if (a.isZero()) {
      return a;
    }
    if (a.negative()) {
      return invalid();
    }
    noteDenormals(a, a);
    if (a.isInfinite()) {
      return a;
    }
    // Scaled by an even power of two, so that the root is an integer of 96 bits.
    boolean odd = (a.exponent() & 1) != 0;
    BigInteger scaled =
        new BigInteger(Long.toUnsignedString(a.significand())).shiftLeft(odd ? 128 : 127);
    BigInteger[] root = scaled.sqrtAndRemainder();
    BigInteger bits = root[0].shiftLeft(32);
    long sticky = root[1].signum() == 0 ? 0 : 1;
    return round(
        false, a.exponent() >> 1, bits.shiftRight(64).longValue(), bits.longValue() | sticky);
  }

  /** The same number in this operation's format. */
  Real convert(Real a) {
    if (a.isNan()) {
      return nan(a, a);
    }
    noteDenormals(a, a);
    return a.isFinite() ? round(a.negative(), a.exponent(), a.significand(), 0) : a;
  }

  /**
   * Rounds to an integer of {@code bits} bits. Raises no exception for a denormal operand.
   *
   * @return the integer, or the lowest one with {@link #INVALID} where it does not fit
   */
  long toInteger(Real a, int bits) {
    long indefinite = -1L << (bits - 1);
    if (a.isZero()) {
      return 0;
    }
    if (!a.isFinite() || a.exponent() >= bits) {
      exceptions |= INVALID;
      return indefinite;
    }
    long whole = a.exponent() < 0 ? 0 : a.significand() >>> (63 - a.exponent());
    long rest =
        a.exponent() < -1 ? 1 : a.exponent() == 63 ? 0 : a.significand() << (a.exponent() + 1);
    if (roundsUp(a.negative(), (whole & 1) != 0, rest, 0)) {
      whole++;
    }
    long value = a.negative() ? -whole : whole;
    boolean fits =
        bits == 64
            ? whole >= 0 || (a.negative() && whole == indefinite)
            : value >= indefinite && value < -indefinite;
    if (!fits) {
      exceptions |= INVALID;
      return indefinite;
    }
    if (rest != 0) {
      exceptions |= PRECISION;
    }
    return value;
  }

  /**
   * Whether the bits beyond the last one kept, {@code rest:low} left-justified, round the magnitude
   * up.
   */
  private boolean roundsUp(boolean negative, boolean odd, long rest, long low) {
    roundedUp = (rest | low) != 0 && roundsAway(negative, odd, rest, low);
    return roundedUp;
  }

  private boolean roundsAway(boolean negative, boolean odd, long rest, long low) {
    return switch (rounding) {
      case TO_NEAREST -> rest < 0 && (odd || ((rest & Long.MAX_VALUE) | low) != 0);
      case DOWN -> negative;
      case UP -> !negative;
      default -> false;
    };
  }

  /**
   * Rounds {@code high:low / 2^127 * 2^exponent} to the format; the top bit of {@code high} is set.
   */
  Real round(boolean negative, int exponent, long high, long low) {
    int drop = 64 - format.precision();
    long kept = keep(negative, high, low, drop);
    // A carry out of the top leaves zero: the next power of two.
    int roundedExponent = kept == 0 ? exponent + 1 : exponent;
    boolean inexact = low != 0 || (drop != 0 && high << (64 - drop) != 0);
    if (roundedExponent < format.least()) {
      return tiny(negative, exponent, high, low, inexact, kept, roundedExponent);
    }
    if (roundedExponent > format.bias()) {
      if ((unmasked & OVERFLOW) != 0) {
        // The scaled result that a handler would get may be exact.
        exceptions |= OVERFLOW | (inexact ? PRECISION : 0);
        if (x87) {
          return scaled(negative, kept, roundedExponent - X87_BIAS_ADJUSTMENT);
        }
      } else {
        exceptions |= OVERFLOW | PRECISION;
      }
      boolean infinite =
          rounding == TO_NEAREST || (rounding == UP && !negative) || (rounding == DOWN && negative);
      roundedUp = infinite;
      return infinite
          ? Real.infinite(negative)
          : new Real(Real.Kind.FINITE, negative, format.bias(), -1L << drop, false);
    }
    if (inexact) {
      exceptions |= PRECISION;
    }
    return new Real(
        Real.Kind.FINITE, negative, roundedExponent, kept == 0 ? Long.MIN_VALUE : kept, false);
  }

  private static Real scaled(boolean negative, long kept, int exponent) {
    return new Real(Real.Kind.FINITE, negative, exponent, kept == 0 ? Long.MIN_VALUE : kept, false);
  }

  /** Rounds to a multiple of {@code 1 << drop}; zero means a carry out. */
  private long keep(boolean negative, long high, long low, int drop) {
    long rest = drop == 0 ? low : high << (64 - drop) | low >>> drop;
    long beyond = drop == 0 ? 0 : low << (64 - drop);
    long kept = drop == 0 ? high : high >>> drop << drop;
    return roundsUp(negative, (high >>> drop & 1) != 0, rest, beyond) ? kept + (1L << drop) : kept;
  }

  /** A result below the normal range even after rounding. */
  private Real tiny(
      boolean negative,
      int exponent,
      long high,
      long low,
      boolean inexact,
      long kept,
      int roundedExponent) {
    if ((unmasked & UNDERFLOW) != 0) {
      exceptions |= UNDERFLOW | (inexact ? PRECISION : 0);
      return scaled(negative, kept, x87 ? roundedExponent + X87_BIAS_ADJUSTMENT : roundedExponent);
    }
    if (flush) {
      exceptions |= UNDERFLOW | PRECISION;
      return Real.zero(negative);
    }
    // Denormalise: fewer bits of precision, as many as the exponent lies below the least.
    int drop = 64 - format.precision() + format.least() - exponent;
    boolean lost;
    boolean up;
    long kept2 = 0;
    if (drop > 64) {
      lost = true;
      up = roundsUp(negative, false, 1, 0);
    } else {
      long rest = drop == 64 ? high : drop == 0 ? low : high << (64 - drop) | low >>> drop;
      long beyond = drop == 64 ? low : drop == 0 ? 0 : low << (64 - drop);
      lost = (rest | beyond) != 0;
      kept2 = drop == 64 ? 0 : high >>> drop;
      up = roundsUp(negative, (kept2 & 1) != 0, rest, beyond);
    }
    if (lost) {
      exceptions |= UNDERFLOW | PRECISION;
    }
    long units = kept2 + (up ? 1 : 0);
    if (units == 0) {
      return Real.zero(negative);
    }
    // One unit is the least denormal: 2^(least - precision + 1).
    int shift = Long.numberOfLeadingZeros(units);
    return new Real(
        Real.Kind.FINITE,
        negative,
        format.least() - format.precision() + 1 + 63 - shift,
        units << shift,
        false);
  }

  /** Packs a result of the 32-bit format. */
  static int toSingle(Real r) {
    return (int) pack(r, FloatFormat.SINGLE, 8, 23);
  }

  /** Packs a result of the 64-bit format. */
  static long toDouble(Real r) {
    return pack(r, FloatFormat.DOUBLE, 11, 52);
  }

  private static long pack(Real r, FloatFormat format, int exponentBits, int fractionBits) {
    long sign = r.negative() ? 1L << (exponentBits + fractionBits) : 0;
    long special = ((1L << exponentBits) - 1) << fractionBits;
    long fraction = (r.significand() & Long.MAX_VALUE) >>> (63 - fractionBits);
    return switch (r.kind()) {
      case ZERO -> sign;
      case INFINITE -> sign | special;
      case NAN -> sign | special | fraction;
      case FINITE ->
          r.exponent() >= format.least()
              ? sign | (long) (r.exponent() + format.bias()) << fractionBits | fraction
              : sign | r.significand() >>> (63 - fractionBits + format.least() - r.exponent());
    };
  }
}
