package dev.ringside.vmm.device;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds a firmware table byte by byte, little-endian. */
final class TableBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** The low {@code length} bytes of a value. */
  TableBytes put(int length, long value) {
    for (int i = 0; i < length; i++) {
      bytes.write((int) (value >> 8 * i) & 0xff);
    }
    return this;
  }

  TableBytes u8(int value) {
    return put(1, value);
  }

  TableBytes u16(int value) {
    return put(2, value);
  }

  TableBytes u32(long value) {
    return put(4, value);
  }

  TableBytes u64(long value) {
    return put(8, value);
  }

  TableBytes zeros(int count) {
    return put(0, 0).bytes(new byte[count]);
  }

  TableBytes bytes(byte[] value) {
    bytes.writeBytes(value);
    return this;
  }

  /** Text in a field of fixed length, padded with spaces. */
  TableBytes text(String value, int length) {
    String padded = value + " ".repeat(length - value.length());
    return bytes(padded.getBytes(StandardCharsets.US_ASCII));
  }

  int size() {
    return bytes.size();
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  /** Makes all bytes of {@code table[from, from + length)} add up to 0 by the one at {@code at}. */
  static void checksum(byte[] table, int from, int length, int at) {
    table[at] = 0;
    int sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += table[i];
    }
    table[at] = (byte) -sum;
  }
}
