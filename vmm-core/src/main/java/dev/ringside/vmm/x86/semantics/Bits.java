package dev.ringside.vmm.x86.semantics;

import static dev.ringside.vmm.x86.semantics.Flags.CF;
import static dev.ringside.vmm.x86.semantics.Flags.ZF;
import static dev.ringside.vmm.x86.semantics.Flags.unsigned;

/**
 * Single bits, bit counts and byte order (SDM volume 2: BT…, BSF, BSR, TZCNT, LZCNT, POPCNT,
 * BSWAP).
 */
public final class Bits {
  private Bits() {}

  /**
   * {@link Flags#CF} when the bit is set, else 0: what BT, BTS, BTR and BTC leave in CF. Index
   * modulo the size.
   */
  public static int test(long value, long index, int size) {
    return (int) (value >>> place(index, size)) & CF;
  }

  public static long set(long value, long index, int size) {
    return unsigned(value | 1L << place(index, size), size);
  }

  public static long reset(long value, long index, int size) {
    return unsigned(value & ~(1L << place(index, size)), size);
  }

  public static long complement(long value, long index, int size) {
    return unsigned(value ^ 1L << place(index, size), size);
  }

  private static int place(long index, int size) {
    return (int) index & ((8 << size) - 1);
  }

  /** BSF; for a source of zero the destination stays what it was, as processors do. */
  public static long scanForward(long before, long source, int size) {
    long s = unsigned(source, size);
    return s == 0 ? unsigned(before, size) : Long.numberOfTrailingZeros(s);
  }

  /** BSR; for a source of zero the destination stays what it was, as processors do. */
  public static long scanReverse(long before, long source, int size) {
    long s = unsigned(source, size);
    return s == 0 ? unsigned(before, size) : 63 - Long.numberOfLeadingZeros(s);
  }

  /** ZF of BSF and BSR: the source is zero. */
  public static int scanFlags(long source, int size) {
    return unsigned(source, size) == 0 ? ZF : 0;
  }

  public static long trailingZeros(long source, int size) {
    return Math.min(Long.numberOfTrailingZeros(unsigned(source, size)), 8 << size);
  }

  public static long leadingZeros(long source, int size) {
    return Long.numberOfLeadingZeros(unsigned(source, size)) + (8L << size) - 64;
  }

  /** CF and ZF of TZCNT and LZCNT: the source is zero, the count is zero. */
  public static int countFlags(long source, long count, int size) {
    return (unsigned(source, size) == 0 ? CF : 0) | (count == 0 ? ZF : 0);
  }

  public static long population(long source, int size) {
    return Long.bitCount(unsigned(source, size));
  }

  /** All status flags of POPCNT: ZF alone says whether the source was zero. */
  public static int populationFlags(long source, int size) {
    return unsigned(source, size) == 0 ? ZF : 0;
  }

  /** BSWAP of 32 or 64 bits; of 16 bits (undefined) it gives zero, as processors do. */
  public static long swapBytes(long value, int size) {
    return size == 3
        ? Long.reverseBytes(value)
        : size == 2 ? Integer.toUnsignedLong(Integer.reverseBytes((int) value)) : 0;
  }
}
