package dev.ringside.vmm.soft;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** x87 and SSE state in the 512-byte form of FXSAVE64 (SDM vol. 1, 10.5.1). */
final class FxArea {
  static final int SIZE = 512;

  private static final int MXCSR = 24;
  private static final int MXCSR_MASK = 28;
  private static final int XMM = 160;

  /** The bits of MXCSR that can be set. */
  static final int MXCSR_BITS = 0xffff;

  private FxArea() {}

  static byte[] save(Processor c) {
    ByteBuffer area = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    area.putShort(0, (short) 0x37f);
    area.putInt(MXCSR, c.mxcsr);
    area.putInt(MXCSR_MASK, MXCSR_BITS);
    for (int i = 0; i < 16; i++) {
      area.putLong(XMM + 16 * i, c.xmmLow[i]);
      area.putLong(XMM + 16 * i + 8, c.xmmHigh[i]);
    }
    return area.array();
  }

  static void restore(Processor c, byte[] image) {
    ByteBuffer area = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    c.mxcsr = area.getInt(MXCSR) & MXCSR_BITS;
    for (int i = 0; i < 16; i++) {
      c.xmmLow[i] = area.getLong(XMM + 16 * i);
      c.xmmHigh[i] = area.getLong(XMM + 16 * i + 8);
    }
  }
}
