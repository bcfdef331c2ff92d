package dev.ringside.vmm.x86.semantics;

import static dev.ringside.vmm.x86.semantics.Flags.CF;
import static dev.ringside.vmm.x86.semantics.Flags.OF;
import static dev.ringside.vmm.x86.semantics.Flags.mask;
import static dev.ringside.vmm.x86.semantics.Flags.signed;

/**
 * Shifts and rotates (SDM volume 2: SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR, SHLD, SHRD).
 *
 * <p>Every count is one that {@link #count} has masked. A count of 0 changes no flag at all, so a
 * caller leaves the flags alone then. The {@code …Flags} methods of shifts return CF and OF for
 * {@link Flags#RESULT8} and its kin; those of rotates return CF and OF to merge into flags that
 * otherwise stay.
 */
public final class Shifts {
  private Shifts() {}

  /** The count as the processor masks it: 6 bits for 64-bit operands, else 5. */
  public static int count(long count, int size) {
    return (int) count & (size == 3 ? 63 : 31);
  }

  public static long shl(long value, int count, int size) {
    return (value << count) & mask(size);
  }

  public static int shlFlags(long value, int count, int size) {
    int bits = 8 << size;
    int carry = count > bits ? 0 : (int) ((value & mask(size)) >>> (bits - count)) & 1;
    int top = (int) (shl(value, count, size) >>> (bits - 1));
    return flags(carry, carry ^ top);
  }

  public static long shr(long value, int count, int size) {
    return (value & mask(size)) >>> count;
  }

  public static int shrFlags(long value, int count, int size) {
    int carry = (int) ((value & mask(size)) >>> (count - 1)) & 1;
    long r = shr(value, count, size);
    return flags(carry, (int) ((r ^ (r << 1)) >>> ((8 << size) - 1)) & 1);
  }

  public static long sar(long value, int count, int size) {
    return (signed(value, size) >> count) & mask(size);
  }

  public static int sarFlags(long value, int count, int size) {
    return (int) (signed(value, size) >> (count - 1)) & CF;
  }

  public static long rol(long value, int count, int size) {
    int bits = 8 << size;
    int n = count & (bits - 1);
    long v = value & mask(size);
    return n == 0 ? v : ((v << n) | (v >>> (bits - n))) & mask(size);
  }

  public static int rolFlags(long value, int count, int size) {
    long r = rol(value, count, size);
    int carry = (int) r & 1;
    return flags(carry, carry ^ (int) (r >>> ((8 << size) - 1)));
  }

  public static long ror(long value, int count, int size) {
    int bits = 8 << size;
    return rol(value, bits - (count & (bits - 1)), size);
  }

  public static int rorFlags(long value, int count, int size) {
    long r = ror(value, count, size);
    int bits = 8 << size;
    return flags((int) (r >>> (bits - 1)), (int) ((r ^ (r << 1)) >>> (bits - 1)) & 1);
  }

  /** How far RCL and RCR really turn: modulo 9 and 17 for 8 and 16 bits. */
  private static int through(int count, int size) {
    return size == 0 ? count % 9 : size == 1 ? count % 17 : count;
  }

  /** Rotate left through carry. */
  public static long rcl(long value, int count, int size, boolean carry) {
    int n = through(count, size);
    int bits = 8 << size;
    long v = value & mask(size);
    if (n == 0) {
      return v;
    }
    long r = (v << n) | ((carry ? 1L : 0L) << (n - 1));
    // The bits that left on the left come back below the carry; a shift by 64 would be one by 0.
    return (n == 1 ? r : r | (v >>> (bits + 1 - n))) & mask(size);
  }

  public static int rclFlags(long value, int count, int size, boolean carry) {
    int n = through(count, size);
    int bits = 8 << size;
    int out = n == 0 ? (carry ? 1 : 0) : (int) ((value & mask(size)) >>> (bits - n)) & 1;
    return flags(out, out ^ (int) (rcl(value, count, size, carry) >>> (bits - 1)));
  }

  /** Rotate right through carry. */
  public static long rcr(long value, int count, int size, boolean carry) {
    int n = through(count, size);
    int bits = 8 << size;
    long v = value & mask(size);
    if (n == 0) {
      return v;
    }
    long r = (v >>> n) | ((carry ? 1L : 0L) << (bits - n));
    return (n == 1 ? r : r | (v << (bits + 1 - n))) & mask(size);
  }

  public static int rcrFlags(long value, int count, int size, boolean carry) {
    int n = through(count, size);
    int bits = 8 << size;
    int out = n == 0 ? (carry ? 1 : 0) : (int) ((value & mask(size)) >>> (n - 1)) & 1;
    long r = rcr(value, count, size, carry);
    return flags(out, (int) ((r ^ (r << 1)) >>> (bits - 1)) & 1);
  }

  /**
   * Shift left, filling from the top of {@code from}. For 16 bits and a count above 16 the manual
   * leaves the result undefined; here the destination comes round again.
   */
  public static long shld(long value, long from, int count, int size) {
    int bits = 8 << size;
    if (count == 0) {
      return value & mask(size);
    }
    if (size == 1) {
      long twice = (value & 0xFFFF) << 32 | (from & 0xFFFF) << 16 | (value & 0xFFFF);
      return (twice << count) >>> 32 & 0xFFFF;
    }
    return ((value << count) | ((from & mask(size)) >>> (bits - count))) & mask(size);
  }

  public static int shldFlags(long value, long from, int count, int size) {
    int bits = 8 << size;
    int carry =
        count > bits
            ? (int) ((from & mask(size)) >>> (2 * bits - count)) & 1
            : (int) ((value & mask(size)) >>> (bits - count)) & 1;
    long r = shld(value, from, count, size);
    return flags(carry, (int) ((r ^ value) >>> (bits - 1)) & 1);
  }

  /** Shift right, filling from the bottom of {@code from}; see {@link #shld} on 16 bits. */
  public static long shrd(long value, long from, int count, int size) {
    int bits = 8 << size;
    if (count == 0) {
      return value & mask(size);
    }
    if (size == 1) {
      long twice = (value & 0xFFFF) << 32 | (from & 0xFFFF) << 16 | (value & 0xFFFF);
      return twice >>> count & 0xFFFF;
    }
    return (((value & mask(size)) >>> count) | (from << (bits - count))) & mask(size);
  }

  public static int shrdFlags(long value, long from, int count, int size) {
    int bits = 8 << size;
    int carry =
        count > bits
            ? (int) ((from & mask(size)) >>> (count - bits - 1)) & 1
            : (int) ((value & mask(size)) >>> (count - 1)) & 1;
    long r = shrd(value, from, count, size);
    return flags(carry, (int) ((r ^ value) >>> (bits - 1)) & 1);
  }

  private static int flags(int carry, int overflow) {
    return (carry & 1) * CF | (overflow & 1) * OF;
  }
}
