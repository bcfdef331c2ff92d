package dev.ringside.vmm.x86.decode;

/**
 * Reads the bytes of one instruction: the prefixes and the opcode, which it leaves in its fields,
 * then for the decoder what follows. Beyond the end it reads zeroes and says so.
 */
@SuppressWarnings("OperatorPrecedence") // packed bit fields
final class OpcodeReader {
  private final byte[] bytes;
  final int start;
  final int end;
  private final boolean mode64;
  int at;

  /** More was asked for than there is. */
  boolean exhausted;

  /** REX prefix, if it stands right before the opcode, else 0. */
  int rex;

  boolean operandPrefix;
  boolean addressPrefix;
  boolean lock;

  /** The last of them: 2 F3, 3 F2, 0 none. */
  int repeatPrefix;

  /** Segment register of an override that counts, or -1. */
  int segmentPrefix = -1;

  /**
   * Four bits for each prefix byte in their order: 1 66, 2 67, 3 F0, 4 F2, 5 F3, 6 to 11 the
   * overrides of ES to GS, 12 a REX that does not count.
   */
  long prefixes;

  int prefixCount;

  /** {@link Decoder#ENCODING_LEGACY} and its like. */
  int encoding;

  /** REX.W, VEX.W, EVEX.W. */
  boolean wide;

  /** VEX.vvvv, with EVEX.V' as bit 4, not inverted. */
  int vvvv;

  /** VEX.L, EVEX.L'L. */
  int vectorLength;

  /** Mandatory prefix: 0 none, 1 66, 2 F3, 3 F2. */
  int prefixField;

  /** What R (and R') add to the number in ModRM.reg: 0, 8, 16, 24. */
  int regHigh;

  /** What B adds to the number in ModRM.rm: 0 or 8. */
  int rmHigh;

  /** X: adds 8 to the index, and with EVEX 16 to a vector in ModRM.rm. */
  boolean indexHigh;

  /** EVEX.b: broadcast, rounding or suppressed exceptions. */
  boolean evexB;

  /** EVEX.z. */
  boolean zeroing;

  /** EVEX.aaa. */
  int opmask;

  int opcode;
  int operandBytes;
  int addressBytes;

  OpcodeReader(byte[] bytes, int offset, int limit, boolean mode64) {
    this.bytes = bytes;
    this.start = offset;
    this.at = offset;
    this.end = Math.min(limit, offset + Decoder.MAX_LENGTH);
    this.mode64 = mode64;
  }

  private int peek() {
    return at < end ? bytes[at] & 0xFF : -1;
  }

  int u8() {
    if (at < end) {
      return bytes[at++] & 0xFF;
    }
    exhausted = true;
    return 0;
  }

  int u16() {
    int low = u8();
    return low | u8() << 8;
  }

  int s32() {
    if (at + 4 <= end) {
      int v =
          bytes[at] & 0xFF
              | (bytes[at + 1] & 0xFF) << 8
              | (bytes[at + 2] & 0xFF) << 16
              | bytes[at + 3] << 24;
      at += 4;
      return v;
    }
    int low = u16();
    return low | u16() << 16;
  }

  long s64() {
    long low = s32() & 0xFFFF_FFFFL;
    return low | (long) s32() << 32;
  }

  private int prefixByte(int code) {
    prefixes |= (long) code << prefixCount * 4;
    prefixCount++;
    rex = 0;
    return u8();
  }

  /** Reads prefixes and opcode; returns the opcode map, or -1: undefined, or cut off. */
  int readOpcode(CodeSize size) {
    int b = prefixes();
    boolean defaultWide = size != CodeSize.BITS16;
    addressBytes = mode64 ? (addressPrefix ? 4 : 8) : addressPrefix == defaultWide ? 2 : 4;
    if (!isExtended(b)) {
      return legacy(b, defaultWide);
    }
    if (at >= end) {
      exhausted = true;
      return -1;
    }
    if (rex != 0 || operandPrefix || lock || repeatPrefix != 0) {
      return -1;
    }
    int map = b == 0x62 ? evex() : vex(b);
    operandBytes = wide && mode64 ? 8 : 4;
    return map;
  }

  /** Reads the prefixes; returns the byte after them. */
  private int prefixes() {
    int b = u8();
    while (true) {
      switch (b) {
        case 0x66 -> {
          operandPrefix = true;
          b = prefixByte(1);
        }
        case 0x67 -> {
          addressPrefix = true;
          b = prefixByte(2);
        }
        case 0xF0 -> {
          lock = true;
          b = prefixByte(3);
        }
        case 0xF2 -> {
          repeatPrefix = 3;
          b = prefixByte(4);
        }
        case 0xF3 -> {
          repeatPrefix = 2;
          b = prefixByte(5);
        }
        case 0x26, 0x2E, 0x36, 0x3E -> {
          if (!mode64) {
            segmentPrefix = b >> 3 & 3;
          }
          b = prefixByte(6 + (b >> 3 & 3));
        }
        case 0x64, 0x65 -> {
          segmentPrefix = b - 0x60;
          b = prefixByte(b - 0x64 + 10);
        }
        default -> {
          if (!mode64 || (b & 0xF0) != 0x40) {
            return b;
          }
          int next = b;
          b = u8();
          if (isPrefix(b)) {
            // A REX prefix counts only right before the opcode.
            prefixes |= 12L << prefixCount * 4;
            prefixCount++;
          } else {
            rex = next;
            return b;
          }
        }
      }
    }
  }

  private static boolean isPrefix(int b) {
    return switch (b) {
      case 0x66, 0x67, 0xF0, 0xF2, 0xF3, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65 -> true;
      default -> (b & 0xF0) == 0x40;
    };
  }

  private int legacy(int b, boolean defaultWide) {
    wide = (rex & 8) != 0;
    regHigh = (rex & 4) << 1;
    rmHigh = (rex & 1) << 3;
    indexHigh = (rex & 2) != 0;
    operandBytes = mode64 ? wide ? 8 : operandPrefix ? 2 : 4 : operandPrefix == defaultWide ? 2 : 4;
    prefixField = repeatPrefix != 0 ? repeatPrefix : operandPrefix ? 1 : 0;
    if (b != 0x0F) {
      opcode = b;
      return OpcodeTable.MAP_ONE_BYTE;
    }
    opcode = u8();
    if (opcode == 0x38) {
      opcode = u8();
      return OpcodeTable.MAP_0F38;
    }
    if (opcode == 0x3A) {
      opcode = u8();
      return OpcodeTable.MAP_0F3A;
    }
    return OpcodeTable.MAP_0F;
  }

  private int vex(int b) {
    encoding = Decoder.ENCODING_VEX;
    int map = OpcodeTable.MAP_0F;
    int p = u8();
    regHigh = (~p & 0x80) >> 4;
    if (b != 0xC5) {
      indexHigh = (p & 0x40) == 0;
      rmHigh = (~p & 0x20) >> 2;
      map = p & 0x1F;
      p = u8();
      wide = (p & 0x80) != 0;
    }
    vvvv = ~p >> 3 & 15;
    vectorLength = p >> 2 & 1;
    prefixField = p & 3;
    opcode = u8();
    if (!mode64) {
      rmHigh = 0;
      indexHigh = false;
      regHigh = 0;
    }
    boolean known = b == 0x8F ? map >= 8 && map <= 10 : map != 0 && map <= OpcodeTable.MAP_0F3A;
    return known ? map : -1;
  }

  /** VEX, EVEX, or AMD's XOP, rather than LES, LDS, BOUND or POP. */
  private boolean isExtended(int b) {
    return switch (b) {
      case 0xC4, 0xC5, 0x62 -> mode64 || (peek() & 0xC0) == 0xC0;
      case 0x8F -> (peek() & 0x1F) >= 8 && peek() >= 0 && (mode64 || (peek() & 0xC0) == 0xC0);
      default -> false;
    };
  }

  private int evex() {
    encoding = Decoder.ENCODING_EVEX;
    int p0 = u8();
    int p1 = u8();
    int p2 = u8();
    opcode = u8();
    int map = p0 & 7;
    regHigh = (~p0 & 0x80) >> 4 | ~p0 & 0x10;
    indexHigh = (p0 & 0x40) == 0;
    rmHigh = (~p0 & 0x20) >> 2;
    wide = (p1 & 0x80) != 0;
    vvvv = ~p1 >> 3 & 15 | (~p2 & 8) << 1;
    prefixField = p1 & 3;
    zeroing = (p2 & 0x80) != 0;
    vectorLength = p2 >> 5 & 3;
    evexB = (p2 & 0x10) != 0;
    opmask = p2 & 7;
    if (!mode64) {
      rmHigh = 0;
      indexHigh = false;
      regHigh = 0;
    }
    boolean fixedBits = (p0 & 8) == 0 && (p1 & 4) != 0 && (mode64 || vvvv < 16);
    return !fixedBits || map == 0 || map == 4 || map == 7 ? -1 : map;
  }
}
