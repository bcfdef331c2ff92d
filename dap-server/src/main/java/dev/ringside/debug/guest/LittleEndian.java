package dev.ringside.debug.guest;

/** Numbers in bytes, lowest first. */
public final class LittleEndian {
  private LittleEndian() {}

  /** Up to 8 bytes, as many of them as there are, zero-extended. */
  public static long unsigned(byte[] bytes, int offset, int size) {
    long value = 0;
    for (int i = Math.min(Math.min(size, 8), bytes.length - offset) - 1; i >= 0; i--) {
      value = value << 8 | bytes[offset + i] & 0xff;
    }
    return value;
  }

  /** The lowest {@code size} bytes of a value; bytes beyond the eighth are zero. */
  public static byte[] bytes(long value, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < Math.min(size, 8); i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  /** The lowest {@code bits} bits of a value, 1 to 64, with or without sign. */
  public static long extend(long value, int bits, boolean signed) {
    if (bits >= 64) {
      return value;
    }
    return signed ? value << (64 - bits) >> (64 - bits) : value & ((1L << bits) - 1);
  }
}
