package dev.ringside.vmm.soft;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * x87 and SSE state in the 512-byte form of FXSAVE and of XSAVE's legacy region (SDM vol. 1, 10.5).
 */
final class FxArea {
  static final int SIZE = 512;

  /** What FXSAVE writes: the rest of the 512 bytes is software's. */
  static final int USED = 416;

  static final int MXCSR = 24;

  /** The bits of MXCSR that can be set. */
  static final int MXCSR_BITS = 0xffff;

  static final int MXCSR_DEFAULT = 0x1f80;

  private static final int MXCSR_MASK = 28;
  private static final int REGISTERS = 32;
  private static final int XMM = 160;

  private FxArea() {}

  /** FXSAVE64's image. */
  static byte[] save(Processor c) {
    byte[] image = new byte[SIZE];
    ByteBuffer area = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    saveX87(c.fpu, area, true);
    saveMxcsr(c, area);
    saveXmm(c, area, 16);
    return image;
  }

  /** Takes over FXSAVE64's image. */
  static void restore(Processor c, byte[] image) {
    ByteBuffer area = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    restoreX87(c.fpu, area, true);
    c.mxcsr = area.getInt(MXCSR) & MXCSR_BITS;
    restoreXmm(c, area, 16);
  }

  static ByteBuffer buffer() {
    return ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Table 10-2 without the XMM registers; {@code wide}: the form with 64-bit pointers. */
  static void saveX87(Fpu fpu, ByteBuffer area, boolean wide) {
    area.putShort(0, (short) fpu.control);
    area.putShort(2, (short) fpu.statusWord());
    area.put(4, (byte) ~fpu.empty);
    area.putShort(6, (short) 0);
    if (wide) {
      area.putLong(8, fpu.instructionOffset);
      area.putLong(16, fpu.dataOffset);
    } else {
      area.putLong(8, fpu.instructionOffset & 0xffff_ffffL);
      area.putLong(16, fpu.dataOffset & 0xffff_ffffL);
    }
    for (int i = 0; i < 8; i++) {
      int n = fpu.physical(i);
      area.putLong(REGISTERS + 16 * i, fpu.significand[n]);
      area.putLong(REGISTERS + 16 * i + 8, fpu.signExponent[n] & 0xffffL);
    }
  }

  static void restoreX87(Fpu fpu, ByteBuffer area, boolean wide) {
    fpu.control(area.getShort(0));
    fpu.statusWord(area.getShort(2) & 0xffff);
    fpu.empty = ~area.get(4) & 0xff;
    fpu.instructionOffset = wide ? area.getLong(8) : area.getInt(8) & 0xffff_ffffL;
    fpu.dataOffset = wide ? area.getLong(16) : area.getInt(16) & 0xffff_ffffL;
    for (int i = 0; i < 8; i++) {
      int n = fpu.physical(i);
      fpu.significand[n] = area.getLong(REGISTERS + 16 * i);
      fpu.signExponent[n] = area.getShort(REGISTERS + 16 * i + 8) & 0xffff;
    }
  }

  /** The state after FNINIT, with empty registers of zero (SDM vol. 1, 13.6). */
  static void initialiseX87(Fpu fpu) {
    fpu.initialise();
    for (int n = 0; n < 8; n++) {
      fpu.significand[n] = 0;
      fpu.signExponent[n] = 0;
    }
  }

  static void saveMxcsr(Processor c, ByteBuffer area) {
    area.putInt(MXCSR, c.mxcsr);
    area.putInt(MXCSR_MASK, MXCSR_BITS);
  }

  /** {@code count}: 16 in 64-bit mode, 8 outside. */
  static void saveXmm(Processor c, ByteBuffer area, int count) {
    for (int i = 0; i < count; i++) {
      area.putLong(XMM + 16 * i, c.xmmLow[i]);
      area.putLong(XMM + 16 * i + 8, c.xmmHigh[i]);
    }
  }

  static void restoreXmm(Processor c, ByteBuffer area, int count) {
    for (int i = 0; i < count; i++) {
      c.xmmLow[i] = area.getLong(XMM + 16 * i);
      c.xmmHigh[i] = area.getLong(XMM + 16 * i + 8);
    }
  }

  static void initialiseXmm(Processor c, int count) {
    for (int i = 0; i < count; i++) {
      c.xmmLow[i] = 0;
      c.xmmHigh[i] = 0;
    }
  }
}
