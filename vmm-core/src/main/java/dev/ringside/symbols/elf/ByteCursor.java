package dev.ringside.symbols.elf;

import java.nio.charset.StandardCharsets;

/**
 * Reads little-endian fields from a byte array, one after the other, never beyond its limit. Byte
 * by byte on purpose: sections are scanned before the JVM has compiled anything, when array
 * accesses are many times faster than memory segments or var handles. Not thread-safe.
 */
public final class ByteCursor {
  private final byte[] bytes;
  private final int limit;
  private int position;

  /** A cursor over {@code bytes[start, limit)}, at its start. */
  public ByteCursor(byte[] bytes, int start, int limit) {
    if (start < 0 || limit > bytes.length || start > limit) {
      throw new MalformedDataException("offset 0x" + Integer.toHexString(start) + " out of range");
    }
    this.bytes = bytes;
    this.position = start;
    this.limit = limit;
  }

  public ByteCursor(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public int position() {
    return position;
  }

  public int limit() {
    return limit;
  }

  public int remaining() {
    return limit - position;
  }

  public boolean hasRemaining() {
    return position < limit;
  }

  /** Moves to a position; the limit itself is allowed. */
  public void seek(long to) {
    if (to < 0 || to > limit) {
      throw outOfBounds(to);
    }
    position = (int) to;
  }

  public void skip(long count) {
    if (count < 0 || count > limit - position) {
      throw outOfBounds(position + count);
    }
    position += (int) count;
  }

  public int u8() {
    if (position >= limit) {
      throw outOfBounds(position + 1L);
    }
    return bytes[position++] & 0xff;
  }

  public int s8() {
    return (byte) u8();
  }

  public int u16() {
    int p = advance(2);
    return (bytes[p] & 0xff) | (bytes[p + 1] & 0xff) << 8;
  }

  public int u24() {
    int p = advance(3);
    return (bytes[p] & 0xff) | (bytes[p + 1] & 0xff) << 8 | (bytes[p + 2] & 0xff) << 16;
  }

  public int s32() {
    int p = advance(4);
    return (bytes[p] & 0xff)
        | (bytes[p + 1] & 0xff) << 8
        | (bytes[p + 2] & 0xff) << 16
        | bytes[p + 3] << 24;
  }

  public long u32() {
    return s32() & 0xffff_ffffL;
  }

  public long u64() {
    long low = u32();
    return low | (long) s32() << 32;
  }

  /** An unsigned field of 1, 2, 3, 4 or 8 bytes. */
  public long unsigned(int size) {
    return switch (size) {
      case 1 -> u8();
      case 2 -> u16();
      case 3 -> u24();
      case 4 -> u32();
      case 8 -> u64();
      default -> throw new MalformedDataException("a field of " + size + " bytes");
    };
  }

  /** A signed field of 1, 2, 4 or 8 bytes. */
  public long signed(int size) {
    return switch (size) {
      case 1 -> s8();
      case 2 -> (short) u16();
      case 4 -> s32();
      case 8 -> u64();
      default -> throw new MalformedDataException("a signed field of " + size + " bytes");
    };
  }

  /** ULEB128 (DWARF 5, 7.6); bits above 64 are dropped. */
  public long uleb() {
    int first = u8();
    if (first < 0x80) {
      return first;
    }
    long result = first & 0x7f;
    int shift = 7;
    while (true) {
      int b = u8();
      if (shift < 64) {
        result |= (long) (b & 0x7f) << shift;
      }
      shift += 7;
      if (b < 0x80) {
        return result;
      }
    }
  }

  /** ULEB128 that must fit an int: counts, codes, indexes. */
  public int ulebInt() {
    long value = uleb();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new MalformedDataException("a count of 0x" + Long.toHexString(value));
    }
    return (int) value;
  }

  /** SLEB128. */
  public long sleb() {
    long result = 0;
    int shift = 0;
    while (true) {
      int b = u8();
      if (shift < 64) {
        result |= (long) (b & 0x7f) << shift;
      }
      shift += 7;
      if (b < 0x80) {
        return shift < 64 && (b & 0x40) != 0 ? result | -1L << shift : result;
      }
    }
  }

  public void skipLeb() {
    while (u8() >= 0x80) {
      // one byte at a time
    }
  }

  /** A zero-terminated UTF-8 string. */
  public String string() {
    int start = position;
    skipString();
    return new String(bytes, start, position - 1 - start, StandardCharsets.UTF_8);
  }

  public void skipString() {
    int p = position;
    while (p < limit && bytes[p] != 0) {
      p++;
    }
    if (p >= limit) {
      throw new MalformedDataException(
          "a string without end at 0x" + Integer.toHexString(position));
    }
    position = p + 1;
  }

  /** A copy of the next bytes. */
  public byte[] take(long count) {
    int p = advance(count);
    return java.util.Arrays.copyOfRange(bytes, p, p + (int) count);
  }

  /** A cursor over the next bytes alone, which this one skips. */
  public ByteCursor slice(long count) {
    int p = advance(count);
    return new ByteCursor(bytes, p, p + (int) count);
  }

  /** The array under this cursor, not a copy: for tight loops that know what they do. */
  public byte[] array() {
    return bytes;
  }

  private int advance(long count) {
    int p = position;
    if (count < 0 || count > limit - p) {
      throw outOfBounds(p + count);
    }
    position = p + (int) count;
    return p;
  }

  private MalformedDataException outOfBounds(long to) {
    return new MalformedDataException(
        "data ends at 0x" + Integer.toHexString(limit) + ", before 0x" + Long.toHexString(to));
  }
}
