package dev.ringside.vmm.device;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * ACPI machine language, as much as the board's DSDT needs (ACPI 6.5, 20.2). Each method returns an
 * encoded object.
 */
final class Aml {
  private static final int ZERO = 0x00;
  private static final int ONE = 0x01;
  private static final int NAME = 0x08;
  private static final int BYTE_PREFIX = 0x0a;
  private static final int WORD_PREFIX = 0x0b;
  private static final int DWORD_PREFIX = 0x0c;
  private static final int STRING_PREFIX = 0x0d;
  private static final int SCOPE = 0x10;
  private static final int BUFFER = 0x11;
  private static final int PACKAGE = 0x12;
  private static final int EXTENDED = 0x5b;
  private static final int DEVICE = 0x82;
  private static final int ROOT = '\\';

  private Aml() {}

  static byte[] integer(long value) {
    TableBytes out = new TableBytes();
    if (value == 0) {
      return out.u8(ZERO).toBytes();
    }
    if (value == 1) {
      return out.u8(ONE).toBytes();
    }
    if (value <= 0xff) {
      return out.u8(BYTE_PREFIX).put(1, value).toBytes();
    }
    if (value <= 0xffff) {
      return out.u8(WORD_PREFIX).put(2, value).toBytes();
    }
    return out.u8(DWORD_PREFIX).put(4, value).toBytes();
  }

  static byte[] string(String value) {
    return new TableBytes()
        .u8(STRING_PREFIX)
        .bytes(value.getBytes(StandardCharsets.US_ASCII))
        .u8(0)
        .toBytes();
  }

  /** A hardware ID such as {@code PNP0501}, compressed to 32 bits (ACPI 6.5, 19.3.4 "EISAID"). */
  static byte[] eisaId(String id) {
    int letters =
        (id.charAt(0) - 0x40 & 31) << 10
            | (id.charAt(1) - 0x40 & 31) << 5
            | id.charAt(2) - 0x40 & 31;
    int product = Integer.parseInt(id.substring(3), 16);
    return new TableBytes()
        .u8(DWORD_PREFIX)
        .u32(Integer.reverseBytes(letters << 16 | product))
        .toBytes();
  }

  /** {@code Name (name, value)}; a leading backslash means the root. */
  static byte[] name(String name, byte[] value) {
    return new TableBytes().u8(NAME).bytes(nameString(name)).bytes(value).toBytes();
  }

  static byte[] packageOf(List<byte[]> elements) {
    TableBytes body = new TableBytes().u8(elements.size());
    elements.forEach(body::bytes);
    return new TableBytes().u8(PACKAGE).bytes(withLength(body.toBytes())).toBytes();
  }

  static byte[] scope(String name, List<byte[]> children) {
    return block(new TableBytes().u8(SCOPE), name, children);
  }

  static byte[] device(String name, List<byte[]> children) {
    return block(new TableBytes().u8(EXTENDED).u8(DEVICE), name, children);
  }

  private static byte[] block(TableBytes out, String name, List<byte[]> children) {
    TableBytes body = new TableBytes().bytes(nameString(name));
    children.forEach(body::bytes);
    return out.bytes(withLength(body.toBytes())).toBytes();
  }

  /**
   * A resource template in its buffer: I/O ports, and edge-triggered interrupts (ACPI 6.5, 6.4.2).
   */
  static byte[] resources(int port, int ports, int irq) {
    TableBytes list = new TableBytes();
    list.u8(0x47).u8(1).u16(port).u16(port).u8(1).u8(ports);
    list.u8(0x22).u16(1 << irq);
    list.u8(0x79).u8(0);
    byte[] template = list.toBytes();
    byte[] body = new TableBytes().bytes(integer(template.length)).bytes(template).toBytes();
    return new TableBytes().u8(BUFFER).bytes(withLength(body)).toBytes();
  }

  private static byte[] nameString(String name) {
    boolean root = name.charAt(0) == ROOT;
    TableBytes out = new TableBytes();
    if (root) {
      out.u8(ROOT);
    }
    String segment = root ? name.substring(1) : name;
    String padded = segment + "_".repeat(4 - segment.length());
    return out.bytes(padded.getBytes(StandardCharsets.US_ASCII)).toBytes();
  }

  /** PkgLength (20.2.4) counts itself: one byte up to 63, two up to 4095. */
  private static byte[] withLength(byte[] body) {
    TableBytes out = new TableBytes();
    if (body.length + 1 < 64) {
      out.u8(body.length + 1);
    } else {
      int length = body.length + 2;
      if (length > 0xfff) {
        throw new IllegalArgumentException("an AML block of " + length + " bytes is too long");
      }
      out.u8(0x40 | length & 0xf).u8(length >> 4);
    }
    return out.bytes(body).toBytes();
  }
}
