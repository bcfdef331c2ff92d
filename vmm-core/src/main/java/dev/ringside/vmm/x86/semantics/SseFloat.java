package dev.ringside.vmm.x86.semantics;

import dev.ringside.vmm.x86.semantics.Real.Kind;

/**
 * Scalar lanes of SSE and SSE2 floating point under MXCSR (SDM volume 1, chapters 10.2.3 and 11.5).
 *
 * <p>A lane is 32 bits (in the low half of a {@code long}) or 64; {@code wide} says which. Each
 * operation has a method for its value and one for the exceptions that it raises, as bits of MXCSR.
 * An instruction collects the exceptions of its lanes with {@link #raised}, ORs them into MXCSR,
 * and raises #XM instead of writing its result where one is unmasked.
 */
public final class SseFloat {
  /** The operations of {@link #arithmetic}. */
  public static final int ADD = 0;

  public static final int MULTIPLY = 1;
  public static final int SUBTRACT = 2;
  public static final int MINIMUM = 3;
  public static final int DIVIDE = 4;
  public static final int MAXIMUM = 5;
  public static final int SQUARE_ROOT = 6;

  /** MXCSR after reset and FNINIT's neighbour, LDMXCSR of most programs: all masked, to nearest. */
  public static final int MXCSR_DEFAULT = 0x1F80;

  /** The bits of MXCSR that may be set; others raise #GP(0) in LDMXCSR and FXRSTOR. */
  public static final int MXCSR_MASK = 0xFFFF;

  private static final int DAZ = 0x40;
  private static final int PRECISION_FLAG = 0x20;
  private static final int FLUSH = 0x8000;
  private static final int BEFORE_COMPUTING =
      SoftFloat.INVALID | SoftFloat.DENORMAL | SoftFloat.DIVIDE_BY_ZERO;

  private SseFloat() {}

  /**
   * The exceptions of all lanes of an instruction: an unmasked one of the operands leaves out those
   * of results.
   */
  public static int raised(int exceptions, int mxcsr) {
    int unmasked = exceptions & ~(mxcsr >> 7) & BEFORE_COMPUTING;
    return unmasked != 0 ? exceptions & BEFORE_COMPUTING : exceptions;
  }

  /** Whether an exception among these is unmasked: #XM. */
  public static boolean traps(int exceptions, int mxcsr) {
    return (exceptions & ~(mxcsr >> 7) & 0x3F) != 0;
  }

  /** The value of an operation; SQUARE_ROOT is that of {@code b}. */
  public static long arithmetic(int operation, boolean wide, long a, long b, int mxcsr) {
    if (ordinary(mxcsr) && wide) {
      double r = plain(operation, Double.longBitsToDouble(a), Double.longBitsToDouble(b));
      if (ordinary(a) && ordinary(b) && ordinary(r)) {
        return Double.doubleToRawLongBits(r);
      }
    }
    return bits(wide, compute(operation, wide, a, b, mxcsr, soft(wide, mxcsr)));
  }

  /** The exceptions of an operation. */
  public static int arithmeticFlags(int operation, boolean wide, long a, long b, int mxcsr) {
    if (ordinary(mxcsr) && wide) {
      double r = plain(operation, Double.longBitsToDouble(a), Double.longBitsToDouble(b));
      if (ordinary(a) && ordinary(b) && ordinary(r)) {
        return 0;
      }
    }
    SoftFloat soft = soft(wide, mxcsr);
    compute(operation, wide, a, b, mxcsr, soft);
    return soft.exceptions;
  }

  // The usual case is the JVM's own arithmetic: rounding to nearest, all masked, inexactness
  // already noted, and normal
  // numbers throughout, so that there is nothing left to report.

  private static boolean ordinary(int mxcsr) {
    return (mxcsr & (0x7F80 | PRECISION_FLAG)) == (MXCSR_DEFAULT | PRECISION_FLAG);
  }

  private static boolean ordinary(long bits) {
    int exponent = (int) (bits >>> 52) & 0x7FF;
    return exponent > 1 && exponent < 0x7FF;
  }

  private static boolean ordinary(double r) {
    return ordinary(Double.doubleToRawLongBits(r));
  }

  private static double plain(int operation, double a, double b) {
    return switch (operation) {
      case ADD -> a + b;
      case MULTIPLY -> a * b;
      case SUBTRACT -> a - b;
      case MINIMUM -> a < b ? a : b;
      case DIVIDE -> a / b;
      case MAXIMUM -> a > b ? a : b;
      default -> Math.sqrt(b);
    };
  }

  private static Real compute(
      int operation, boolean wide, long a, long b, int mxcsr, SoftFloat soft) {
    Real x = real(wide, a, mxcsr);
    Real y = real(wide, b, mxcsr);
    return switch (operation) {
      case ADD -> soft.add(x, y);
      case MULTIPLY -> soft.multiply(x, y);
      case SUBTRACT -> soft.subtract(x, y);
      case DIVIDE -> soft.divide(x, y);
      case SQUARE_ROOT -> soft.squareRoot(y);
      case MINIMUM, MAXIMUM -> extreme(operation == MAXIMUM, x, y, soft);
      default -> throw new IllegalArgumentException("no such operation: " + operation);
    };
  }

  /** MIN and MAX: the second operand as it is, unless the first is strictly beyond it. */
  private static Real extreme(boolean greatest, Real x, Real y, SoftFloat soft) {
    if (x.isNan() || y.isNan()) {
      soft.exceptions |= SoftFloat.INVALID;
      return y;
    }
    noteDenormals(x, y, soft);
    int order = x.compareTo(y);
    return greatest == order > 0 && order != 0 ? x : y;
  }

  private static void noteDenormals(Real x, Real y, SoftFloat soft) {
    if (x.denormal() || y.denormal()) {
      soft.exceptions |= SoftFloat.DENORMAL;
    }
  }

  /** Whether the predicate 0 to 7 of CMPPS and its kin holds. */
  public static boolean compares(int predicate, boolean wide, long a, long b, int mxcsr) {
    Real x = real(wide, a, mxcsr);
    Real y = real(wide, b, mxcsr);
    boolean unordered = x.isNan() || y.isNan();
    int order = unordered ? 0 : x.compareTo(y);
    boolean holds =
        switch (predicate & 3) {
          case 0 -> !unordered && order == 0;
          case 1 -> !unordered && order < 0;
          case 2 -> !unordered && order <= 0;
          default -> unordered;
        };
    return holds != ((predicate & 4) != 0);
  }

  /**
   * The exceptions of CMPPS and its kin: LT, LE and their negations take offence at quiet NaNs too.
   */
  public static int compareFlags(int predicate, boolean wide, long a, long b, int mxcsr) {
    int relation = predicate & 3;
    return orderFlags(relation == 1 || relation == 2, wide, a, b, mxcsr);
  }

  /** ZF, PF and CF of COMISS, COMISD, UCOMISS and UCOMISD. */
  public static int order(boolean wide, long a, long b, int mxcsr) {
    Real x = real(wide, a, mxcsr);
    Real y = real(wide, b, mxcsr);
    if (x.isNan() || y.isNan()) {
      return Flags.ZF | Flags.PF | Flags.CF;
    }
    int order = x.compareTo(y);
    return order == 0 ? Flags.ZF : order < 0 ? Flags.CF : 0;
  }

  /** The exceptions of a comparison; {@code quietToo} for COMISS and COMISD. */
  public static int orderFlags(boolean quietToo, boolean wide, long a, long b, int mxcsr) {
    Real x = real(wide, a, mxcsr);
    Real y = real(wide, b, mxcsr);
    if (x.isNan() || y.isNan()) {
      boolean invalid = quietToo || x.isSignallingNan() || y.isSignallingNan();
      return invalid ? SoftFloat.INVALID : 0;
    }
    return x.denormal() || y.denormal() ? SoftFloat.DENORMAL : 0;
  }

  /** A number of 32 bits as one of 64, or ({@code wide}: what the source is) the other way. */
  public static long convert(boolean wide, long a, int mxcsr) {
    return bits(!wide, soft(!wide, mxcsr).convert(real(wide, a, mxcsr)));
  }

  public static int convertFlags(boolean wide, long a, int mxcsr) {
    SoftFloat soft = soft(!wide, mxcsr);
    soft.convert(real(wide, a, mxcsr));
    return soft.exceptions;
  }

  /** A signed integer as a number. */
  public static long fromInteger(boolean wide, long value, int mxcsr) {
    return bits(wide, soft(wide, mxcsr).convert(Real.of(value)));
  }

  public static int fromIntegerFlags(boolean wide, long value, int mxcsr) {
    SoftFloat soft = soft(wide, mxcsr);
    soft.convert(Real.of(value));
    return soft.exceptions;
  }

  /**
   * A number as a signed integer.
   *
   * @param size 2 or 3, for 32 and 64 bits
   * @param truncate round to zero, whatever MXCSR says
   * @return zero-extended
   */
  public static long toInteger(boolean wide, long a, int size, boolean truncate, int mxcsr) {
    long value = integerRounding(wide, truncate, mxcsr).toInteger(real(wide, a, mxcsr), 8 << size);
    return Flags.unsigned(value, size);
  }

  public static int toIntegerFlags(boolean wide, long a, int size, boolean truncate, int mxcsr) {
    SoftFloat soft = integerRounding(wide, truncate, mxcsr);
    soft.toInteger(real(wide, a, mxcsr), 8 << size);
    return soft.exceptions;
  }

  private static SoftFloat integerRounding(boolean wide, boolean truncate, int mxcsr) {
    return soft(wide, truncate ? mxcsr | 0x6000 : mxcsr);
  }

  /**
   * RCPSS and RSQRTSS, to the nearest number: within the manual's bound for these approximations.
   */
  public static long reciprocal(boolean ofRoot, long a) {
    float x = Float.intBitsToFloat((int) a);
    if (Math.abs(x) < Float.MIN_NORMAL) {
      return Float.floatToRawIntBits(Math.copySign(Float.POSITIVE_INFINITY, x)) & 0xFFFFFFFFL;
    }
    if (Float.isNaN(x)) {
      return (a | 1L << 22) & 0xFFFFFFFFL;
    }
    if (ofRoot && x < 0) {
      return 0xFFC00000L;
    }
    float r = (float) (ofRoot ? 1 / Math.sqrt(x) : 1 / (double) x);
    float flushed = Math.abs(r) < Float.MIN_NORMAL ? Math.copySign(0f, r) : r;
    return Float.floatToRawIntBits(flushed) & 0xFFFFFFFFL;
  }

  private static SoftFloat soft(boolean wide, int mxcsr) {
    return new SoftFloat(
        wide ? FloatFormat.DOUBLE : FloatFormat.SINGLE,
        mxcsr >> 13 & 3,
        ~(mxcsr >> 7) & 0x3F,
        (mxcsr & FLUSH) != 0);
  }

  private static Real real(boolean wide, long bits, int mxcsr) {
    Real r = wide ? Real.ofDouble(bits) : Real.ofSingle((int) bits);
    return r.denormal() && (mxcsr & DAZ) != 0 ? Real.zero(r.negative()) : r;
  }

  private static long bits(boolean wide, Real r) {
    if (r.kind() == Kind.FINITE && r.exponent() > (wide ? 1023 : 127)) {
      throw new IllegalStateException("not rounded: " + r);
    }
    return wide ? SoftFloat.toDouble(r) : SoftFloat.toSingle(r) & 0xFFFFFFFFL;
  }
}
