package dev.ringside.vmm.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Hand-made ELF executables: one loadable segment, one note. */
final class ElfBuilder {
  static final int BODY = 0x1000;

  int type = 2;
  int machine = 62;
  long virtual = 0x100000;
  long physical = 0x100000;
  long entry = 0x100010;
  byte[] body = "the body of the program".getBytes(StandardCharsets.US_ASCII);
  long memorySize = 0x2000;
  int loads = 1;
  long pvhEntry = -1;
  boolean is64 = true;

  byte[] build() {
    ByteBuffer b = ByteBuffer.allocate(BODY + body.length).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0x464c457f).put((byte) (is64 ? 2 : 1)).put((byte) 1).put((byte) 1);
    b.putShort(16, (short) type).putShort(18, (short) machine).putInt(20, 1);
    int headers = loads + (pvhEntry >= 0 ? 1 : 0);
    int table = is64 ? 64 : 52;
    int size = is64 ? 56 : 32;
    if (is64) {
      b.putLong(24, entry).putLong(32, table);
      b.putShort(54, (short) size).putShort(56, (short) headers);
    } else {
      b.putInt(24, (int) entry).putInt(28, table);
      b.putShort(42, (short) size).putShort(44, (short) headers);
    }
    for (int i = 0; i < loads; i++) {
      header(b, table + i * size, 1, BODY, virtual, physical, body.length, memorySize);
    }
    if (pvhEntry >= 0) {
      int note = 0x200;
      b.putInt(note, 4).putInt(note + 4, 4).putInt(note + 8, 18);
      b.putInt(note + 12, 0x006e6558).putInt(note + 16, (int) pvhEntry);
      header(b, table + loads * size, 4, note, 0, 0, 20, 20);
    }
    b.put(BODY, body);
    return b.array();
  }

  private void header(
      ByteBuffer b, int at, int kind, int offset, long vaddr, long paddr, int file, long mem) {
    b.putInt(at, kind);
    if (is64) {
      b.putLong(at + 8, offset).putLong(at + 16, vaddr).putLong(at + 24, paddr);
      b.putLong(at + 32, file).putLong(at + 40, mem);
    } else {
      b.putInt(at + 4, offset).putInt(at + 8, (int) vaddr).putInt(at + 12, (int) paddr);
      b.putInt(at + 16, file).putInt(at + 20, (int) mem);
    }
  }
}
