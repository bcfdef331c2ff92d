package dev.ringside.vmm.x86.semantics;

/**
 * Packed integers in 64 bits: an MMX register, or one half of an XMM register (SDM volume 2: PADDB
 * … PXOR).
 *
 * <p>Instructions whose lanes stay in their half are applied to each half alone. Methods are named
 * for the instruction; {@code a} is the destination's operand and {@code b} the source's.
 */
public final class Packed {
  private static final long HIGH_BITS_8 = 0x8080808080808080L;
  private static final long HIGH_BITS_16 = 0x8000800080008000L;

  private Packed() {}

  // Wrap-around sums: add without the top bit of each lane, then put the top bits in by exclusive
  // or.

  public static long paddb(long a, long b) {
    return ((a & ~HIGH_BITS_8) + (b & ~HIGH_BITS_8)) ^ ((a ^ b) & HIGH_BITS_8);
  }

  public static long paddw(long a, long b) {
    return ((a & ~HIGH_BITS_16) + (b & ~HIGH_BITS_16)) ^ ((a ^ b) & HIGH_BITS_16);
  }

  public static long paddd(long a, long b) {
    return pair((int) a + (int) b, high(a) + high(b));
  }

  public static long psubb(long a, long b) {
    return ((a | HIGH_BITS_8) - (b & ~HIGH_BITS_8)) ^ ((a ^ ~b) & HIGH_BITS_8);
  }

  public static long psubw(long a, long b) {
    return ((a | HIGH_BITS_16) - (b & ~HIGH_BITS_16)) ^ ((a ^ ~b) & HIGH_BITS_16);
  }

  public static long psubd(long a, long b) {
    return pair((int) a - (int) b, high(a) - high(b));
  }

  // Saturating sums and differences.

  public static long paddsb(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 8) {
      r |= (saturateByte(byteAt(a, i) + byteAt(b, i)) & 0xFFL) << i;
    }
    return r;
  }

  public static long paddsw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= (saturateWord(wordAt(a, i) + wordAt(b, i)) & 0xFFFFL) << i;
    }
    return r;
  }

  public static long paddusb(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 8) {
      r |= (long) Math.min(unsignedByteAt(a, i) + unsignedByteAt(b, i), 0xFF) << i;
    }
    return r;
  }

  public static long paddusw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= (long) Math.min(unsignedWordAt(a, i) + unsignedWordAt(b, i), 0xFFFF) << i;
    }
    return r;
  }

  public static long psubsb(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 8) {
      r |= (saturateByte(byteAt(a, i) - byteAt(b, i)) & 0xFFL) << i;
    }
    return r;
  }

  public static long psubsw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= (saturateWord(wordAt(a, i) - wordAt(b, i)) & 0xFFFFL) << i;
    }
    return r;
  }

  public static long psubusb(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 8) {
      r |= (long) Math.max(unsignedByteAt(a, i) - unsignedByteAt(b, i), 0) << i;
    }
    return r;
  }

  public static long psubusw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= (long) Math.max(unsignedWordAt(a, i) - unsignedWordAt(b, i), 0) << i;
    }
    return r;
  }

  // Products.

  public static long pmullw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= (wordAt(a, i) * wordAt(b, i) & 0xFFFFL) << i;
    }
    return r;
  }

  public static long pmulhw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= ((wordAt(a, i) * wordAt(b, i)) >> 16 & 0xFFFFL) << i;
    }
    return r;
  }

  public static long pmulhuw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= ((unsignedWordAt(a, i) * unsignedWordAt(b, i)) >>> 16 & 0xFFFFL) << i;
    }
    return r;
  }

  public static long pmuludq(long a, long b) {
    return (a & 0xFFFFFFFFL) * (b & 0xFFFFFFFFL);
  }

  public static long pmaddwd(long a, long b) {
    return pair(
        wordAt(a, 0) * wordAt(b, 0) + wordAt(a, 16) * wordAt(b, 16),
        wordAt(a, 32) * wordAt(b, 32) + wordAt(a, 48) * wordAt(b, 48));
  }

  // Comparisons.

  public static long pcmpeqb(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 8) {
      r |= byteAt(a, i) == byteAt(b, i) ? 0xFFL << i : 0;
    }
    return r;
  }

  public static long pcmpeqw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= wordAt(a, i) == wordAt(b, i) ? 0xFFFFL << i : 0;
    }
    return r;
  }

  public static long pcmpeqd(long a, long b) {
    return pair((int) a == (int) b ? -1 : 0, high(a) == high(b) ? -1 : 0);
  }

  public static long pcmpgtb(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 8) {
      r |= byteAt(a, i) > byteAt(b, i) ? 0xFFL << i : 0;
    }
    return r;
  }

  public static long pcmpgtw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= wordAt(a, i) > wordAt(b, i) ? 0xFFFFL << i : 0;
    }
    return r;
  }

  public static long pcmpgtd(long a, long b) {
    return pair((int) a > (int) b ? -1 : 0, high(a) > high(b) ? -1 : 0);
  }

  // Least, greatest, mean, distance.

  public static long pminub(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 8) {
      r |= (long) Math.min(unsignedByteAt(a, i), unsignedByteAt(b, i)) << i;
    }
    return r;
  }

  public static long pmaxub(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 8) {
      r |= (long) Math.max(unsignedByteAt(a, i), unsignedByteAt(b, i)) << i;
    }
    return r;
  }

  public static long pminsw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= (Math.min(wordAt(a, i), wordAt(b, i)) & 0xFFFFL) << i;
    }
    return r;
  }

  public static long pmaxsw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= (Math.max(wordAt(a, i), wordAt(b, i)) & 0xFFFFL) << i;
    }
    return r;
  }

  public static long pavgb(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 8) {
      r |= (unsignedByteAt(a, i) + unsignedByteAt(b, i) + 1L) >> 1 << i;
    }
    return r;
  }

  public static long pavgw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= (unsignedWordAt(a, i) + unsignedWordAt(b, i) + 1L) >> 1 << i;
    }
    return r;
  }

  public static long psadbw(long a, long b) {
    long sum = 0;
    for (int i = 0; i < 64; i += 8) {
      sum += Math.abs(unsignedByteAt(a, i) - unsignedByteAt(b, i));
    }
    return sum;
  }

  /** One bit a byte: its sign. */
  public static int pmovmskb(long a) {
    int r = 0;
    for (int i = 0; i < 8; i++) {
      r |= (int) (a >>> (8 * i + 7) & 1) << i;
    }
    return r;
  }

  // Shifts: the count is an unsigned number of 64 bits; more than a lane holds clears it, or fills
  // it with signs.

  public static long psllw(long a, long count) {
    return count >>> 4 != 0 ? 0 : (a << count) & lanes16(0xFFFF << (int) count);
  }

  public static long psrlw(long a, long count) {
    return count >>> 4 != 0 ? 0 : (a >>> count) & lanes16(0xFFFF >>> (int) count);
  }

  public static long psraw(long a, long count) {
    int n = count >>> 4 != 0 ? 15 : (int) count;
    long r = 0;
    for (int i = 0; i < 64; i += 16) {
      r |= (wordAt(a, i) >> n & 0xFFFFL) << i;
    }
    return r;
  }

  public static long pslld(long a, long count) {
    return count >>> 5 != 0 ? 0 : pair((int) a << (int) count, high(a) << (int) count);
  }

  public static long psrld(long a, long count) {
    return count >>> 5 != 0 ? 0 : pair((int) a >>> (int) count, high(a) >>> (int) count);
  }

  public static long psrad(long a, long count) {
    int n = count >>> 5 != 0 ? 31 : (int) count;
    return pair((int) a >> n, high(a) >> n);
  }

  public static long psllq(long a, long count) {
    return count >>> 6 != 0 ? 0 : a << count;
  }

  public static long psrlq(long a, long count) {
    return count >>> 6 != 0 ? 0 : a >>> count;
  }

  // Packing: the lanes of a, then those of b, each at half its width.

  public static long packsswb(long a, long b) {
    long r = 0;
    for (int i = 0; i < 4; i++) {
      r |= (saturateByte(wordAt(a, 16 * i)) & 0xFFL) << (8 * i);
      r |= (saturateByte(wordAt(b, 16 * i)) & 0xFFL) << (32 + 8 * i);
    }
    return r;
  }

  public static long packuswb(long a, long b) {
    long r = 0;
    for (int i = 0; i < 4; i++) {
      r |= (long) Math.clamp(wordAt(a, 16 * i), 0, 0xFF) << (8 * i);
      r |= (long) Math.clamp(wordAt(b, 16 * i), 0, 0xFF) << (32 + 8 * i);
    }
    return r;
  }

  public static long packssdw(long a, long b) {
    return (saturateWord((int) a) & 0xFFFFL)
        | (saturateWord(high(a)) & 0xFFFFL) << 16
        | (saturateWord((int) b) & 0xFFFFL) << 32
        | (saturateWord(high(b)) & 0xFFFFL) << 48;
  }

  // Interleaving the low or the high halves of two 64-bit operands.

  public static long punpcklbw(long a, long b) {
    long r = 0;
    for (int i = 0; i < 4; i++) {
      r |= (a >>> (8 * i) & 0xFF) << (16 * i) | (b >>> (8 * i) & 0xFF) << (16 * i + 8);
    }
    return r;
  }

  public static long punpckhbw(long a, long b) {
    return punpcklbw(a >>> 32, b >>> 32);
  }

  public static long punpcklwd(long a, long b) {
    return (a & 0xFFFF) | (b & 0xFFFF) << 16 | (a & 0xFFFF0000L) << 16 | (b & 0xFFFF0000L) << 32;
  }

  public static long punpckhwd(long a, long b) {
    return punpcklwd(a >>> 32, b >>> 32);
  }

  public static long punpckldq(long a, long b) {
    return pair((int) a, (int) b);
  }

  public static long punpckhdq(long a, long b) {
    return pair(high(a), high(b));
  }

  // Choosing lanes.

  /** PSHUFW, and the shuffled half of PSHUFLW and PSHUFHW. */
  public static long pshufw(long a, int order) {
    long r = 0;
    for (int i = 0; i < 4; i++) {
      r |= (a >>> (16 * (order >> (2 * i) & 3)) & 0xFFFF) << (16 * i);
    }
    return r;
  }

  /**
   * Two of the four 32-bit lanes of a 128-bit operand, by the low four bits of {@code order}:
   * SHUFPS, PSHUFD.
   */
  public static long dwords(long low, long high, int order) {
    return pair(dword(low, high, order & 3), dword(low, high, order >> 2 & 3));
  }

  /** The 32-bit lane 0 to 3 of a 128-bit operand. */
  public static int dword(long low, long high, int lane) {
    return (int) (((lane & 2) == 0 ? low : high) >>> (32 * (lane & 1)));
  }

  public static long pinsrw(long a, long word, int lane) {
    int place = 16 * (lane & 3);
    return (a & ~(0xFFFFL << place)) | (word & 0xFFFF) << place;
  }

  public static long pextrw(long a, int lane) {
    return a >>> (16 * (lane & 3)) & 0xFFFF;
  }

  /** The low half of PSLLDQ. */
  public static long pslldqLow(long low, int bytes) {
    return bytes < 8 ? low << (8 * bytes) : 0;
  }

  /** The high half of PSLLDQ. */
  public static long pslldqHigh(long low, long high, int bytes) {
    if (bytes == 0) {
      return high;
    }
    return bytes < 8
        ? high << (8 * bytes) | low >>> (64 - 8 * bytes)
        : bytes < 16 ? low << (8 * (bytes - 8)) : 0;
  }

  /** The low half of PSRLDQ. */
  public static long psrldqLow(long low, long high, int bytes) {
    if (bytes == 0) {
      return low;
    }
    return bytes < 8
        ? low >>> (8 * bytes) | high << (64 - 8 * bytes)
        : bytes < 16 ? high >>> (8 * (bytes - 8)) : 0;
  }

  /** The high half of PSRLDQ. */
  public static long psrldqHigh(long high, int bytes) {
    return bytes < 8 ? high >>> (8 * bytes) : 0;
  }

  /** Two 32-bit lanes. */
  public static long pair(int low, int high) {
    return (low & 0xFFFFFFFFL) | (long) high << 32;
  }

  private static int high(long a) {
    return (int) (a >>> 32);
  }

  private static int byteAt(long a, int place) {
    return (byte) (a >>> place);
  }

  private static int unsignedByteAt(long a, int place) {
    return (int) (a >>> place) & 0xFF;
  }

  private static int wordAt(long a, int place) {
    return (short) (a >>> place);
  }

  private static int unsignedWordAt(long a, int place) {
    return (int) (a >>> place) & 0xFFFF;
  }

  private static int saturateByte(int v) {
    return Math.clamp(v, Byte.MIN_VALUE, Byte.MAX_VALUE);
  }

  private static int saturateWord(int v) {
    return Math.clamp(v, Short.MIN_VALUE, Short.MAX_VALUE);
  }

  /** The low 16 bits, four times. */
  private static long lanes16(int lane) {
    return (lane & 0xFFFF) * 0x0001000100010001L;
  }
}
