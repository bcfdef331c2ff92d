package dev.ringside.vmm.soft;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One case before or after it ran: {@code struct state} of {@code host-cases.c}. */
final class HostState {
  static final int BYTES = 1248;
  static final long CODE = 0x40_0000;
  static final long DATA = 0x60_0000;
  static final int WINDOW = 512;
  static final long WINDOW_AT = DATA + 4096 - WINDOW / 2;

  private static final int RIP = 128;
  private static final int RFLAGS = 136;
  private static final int VECTOR = 144;
  private static final int ERROR = 152;
  private static final int CR2 = 160;
  private static final int OUTSIDE = 168;
  private static final int CODE_LENGTH = 176;
  private static final int CODE_BYTES = 184;
  private static final int LAST_OF_BATCH = CODE_BYTES + 39;
  static final int FXSAVE = 224;
  static final int MEMORY = 736;

  final ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);

  long gpr(int n) {
    return bytes.getLong(8 * n);
  }

  void gpr(int n, long value) {
    bytes.putLong(8 * n, value);
  }

  long rip() {
    return bytes.getLong(RIP);
  }

  void rip(long value) {
    bytes.putLong(RIP, value);
  }

  long rflags() {
    return bytes.getLong(RFLAGS);
  }

  void rflags(long value) {
    bytes.putLong(RFLAGS, value);
  }

  /** The exception that ended the case; 3 if the instruction completed. */
  int vector() {
    return bytes.getInt(VECTOR);
  }

  void fault(int vector, int error, long cr2) {
    bytes.putLong(VECTOR, vector);
    bytes.putLong(ERROR, error);
    bytes.putLong(CR2, cr2);
  }

  long error() {
    return bytes.getLong(ERROR);
  }

  long cr2() {
    return bytes.getLong(CR2);
  }

  boolean outside() {
    return bytes.getLong(OUTSIDE) != 0;
  }

  void outside(boolean touched) {
    bytes.putLong(OUTSIDE, touched ? 1 : 0);
  }

  int codeLength() {
    return bytes.getInt(CODE_LENGTH);
  }

  byte[] code() {
    byte[] code = new byte[codeLength()];
    bytes.get(CODE_BYTES, code);
    return code;
  }

  void code(byte[] code, int length) {
    bytes.putLong(CODE_LENGTH, length);
    bytes.put(CODE_BYTES, code, 0, length);
  }

  void lastOfBatch(boolean last) {
    bytes.put(LAST_OF_BATCH, (byte) (last ? 1 : 0));
  }
}
