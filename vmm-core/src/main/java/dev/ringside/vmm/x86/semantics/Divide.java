package dev.ringside.vmm.x86.semantics;

import static dev.ringside.vmm.x86.semantics.Flags.mask;
import static dev.ringside.vmm.x86.semantics.Flags.signed;
import static dev.ringside.vmm.x86.semantics.Flags.unsigned;

/**
 * DIV and IDIV (SDM volume 2): a dividend of twice the operand's size, in two halves.
 *
 * <p>Call the quotient and remainder only where {@code …Divides} says true; where it says false the
 * instruction raises #DE.
 */
public final class Divide {
  private Divide() {}

  /** Whether DIV has a quotient: the divisor is not zero and the quotient fits. */
  public static boolean unsignedDivides(long high, long low, long divisor, int size) {
    // Zero needs no case of its own: nothing is below it.
    return Long.compareUnsigned(unsigned(high, size), unsigned(divisor, size)) < 0;
  }

  public static long unsignedQuotient(long high, long low, long divisor, int size) {
    if (size < 3) {
      long dividend = unsigned(high, size) << (8 << size) | unsigned(low, size);
      return Long.divideUnsigned(dividend, unsigned(divisor, size));
    }
    return high == 0 ? Long.divideUnsigned(low, divisor) : wideQuotient(high, low, divisor);
  }

  public static long unsignedRemainder(long high, long low, long divisor, int size) {
    long quotient = unsignedQuotient(high, low, divisor, size);
    return unsigned(low - quotient * divisor, size);
  }

  /**
   * Whether IDIV has a quotient: the divisor is not zero and the quotient, cut towards zero, fits.
   */
  public static boolean signedDivides(long high, long low, long divisor, int size) {
    long d = signed(divisor, size);
    if (d == 0) {
      return false;
    }
    if (size < 3) {
      long dividend = narrowDividend(high, low, size);
      if (d == -1 && dividend == Long.MIN_VALUE) {
        return false;
      }
      long quotient = dividend / d;
      return quotient == signed(quotient, size);
    }
    long magnitudeHigh = absoluteHigh(high, low);
    long magnitude = Math.abs(d);
    if (Long.compareUnsigned(magnitudeHigh, magnitude) >= 0) {
      return false;
    }
    long quotient = wideQuotient(magnitudeHigh, absoluteLow(high, low), magnitude);
    boolean negative = (high ^ d) < 0;
    return quotient >= 0 || (negative && quotient == Long.MIN_VALUE);
  }

  public static long signedQuotient(long high, long low, long divisor, int size) {
    long d = signed(divisor, size);
    if (size < 3) {
      return unsigned(narrowDividend(high, low, size) / d, size);
    }
    if (high == low >> 63) {
      return low / d;
    }
    long quotient = wideQuotient(absoluteHigh(high, low), absoluteLow(high, low), Math.abs(d));
    return (high ^ d) < 0 ? -quotient : quotient;
  }

  /** The remainder has the dividend's sign. */
  public static long signedRemainder(long high, long low, long divisor, int size) {
    long quotient = signedQuotient(high, low, divisor, size);
    return unsigned(low - quotient * divisor, size);
  }

  private static long narrowDividend(long high, long low, int size) {
    return signed(high, size) << (8 << size) | unsigned(low, size);
  }

  private static long absoluteLow(long high, long low) {
    return high < 0 ? -low : low;
  }

  private static long absoluteHigh(long high, long low) {
    return high >= 0 ? high : low == 0 ? -high : ~high;
  }

  /**
   * A 128-bit number by a 64-bit one that exceeds its high half: schoolbook division in base 2^32.
   */
  private static long wideQuotient(long high, long low, long divisor) {
    int shift = Long.numberOfLeadingZeros(divisor);
    long d = divisor << shift;
    long h = shift == 0 ? high : high << shift | low >>> (64 - shift);
    long l = low << shift;
    long first = digit(h, l >>> 32, d);
    long rest = (h << 32 | l >>> 32) - first * d;
    long second = digit(rest, l & mask(2), d);
    return first << 32 | second;
  }

  /** One digit: the 96-bit number {@code high:next} by a normalised divisor. */
  private static long digit(long high, long next, long divisor) {
    long top = divisor >>> 32;
    long bottom = divisor & mask(2);
    long guess = Long.divideUnsigned(high, top);
    long over = high - guess * top;
    while (guess >>> 32 != 0 || Long.compareUnsigned(guess * bottom, over << 32 | next) > 0) {
      guess--;
      over += top;
      if (over >>> 32 != 0) {
        break;
      }
    }
    return guess;
  }
}
