package dev.ringside.vmm.x86.decode;

import org.jspecify.annotations.Nullable;

/**
 * Decodes x86 instructions as an Intel processor does (Intel SDM volume 2, chapter 2): where AMD
 * differs, Intel is followed (a near branch in 64-bit mode ignores the 66 prefix).
 *
 * <p>The decoder knows no processor state but the code size: VEX and EVEX in real mode, LOCK-free
 * privileges, disabled features and the like are the caller's to check.
 */
@SuppressWarnings({"EnumOrdinal", "OperatorPrecedence"}) // packed bit fields
public final class Decoder {
  /** The longest instruction there is, in bytes. */
  public static final int MAX_LENGTH = 15;

  static final int ENCODING_LEGACY = 0;
  static final int ENCODING_VEX = 1;
  static final int ENCODING_EVEX = 2;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final boolean mode64;
  private int at;
  private boolean exhausted;

  // Prefixes.
  private int rex;
  private boolean operandPrefix;
  private boolean addressPrefix;
  private boolean lock;
  private int repeatPrefix;
  private int segmentPrefix = -1;
  private long prefixes;
  private int prefixCount;

  // VEX and EVEX.
  private int encoding;
  private boolean wide;
  private int vvvv;
  private int vectorLength;
  private int prefixField;
  private int regHigh;
  private int rmHigh;
  private boolean evexB;
  private boolean zeroing;
  private int opmask;
  private boolean indexHigh;

  private int modRm;
  private int opcode;
  private int operandBytes;
  private int addressBytes;
  private int vectorBytes = 16;

  // Memory operand.
  private int base = -1;
  private int index = -1;
  private int scaleLog;
  private boolean sib;
  private int displacementBytes;
  private long displacement;
  private int segment = 3;
  private boolean segmentFixed;
  private @Nullable RegisterClass indexClass;

  private long immediate;
  private int immediate2;
  private int immediateCount;
  private int immediateByte = -1;
  private long operands;
  private long widths;

  private Decoder(byte[] bytes, int offset, int limit, boolean mode64) {
    this.bytes = bytes;
    this.start = offset;
    this.at = offset;
    this.end = Math.min(limit, offset + MAX_LENGTH);
    this.mode64 = mode64;
  }

  /**
   * Decodes one instruction.
   *
   * @param bytes the code
   * @param offset where the instruction starts in {@code bytes}
   * @param limit where the code ends in {@code bytes}, exclusive; beyond it nothing is read
   * @param address the instruction pointer of the instruction's first byte (RIP, EIP or IP without
   *     the segment's base, so that branch targets wrap as the processor's do)
   * @param size how to read the code
   * @return the instruction; for bytes that are none, one whose status says so. Never throws for
   *     the content of the code
   */
  public static Instruction decode(
      byte[] bytes, int offset, int limit, long address, CodeSize size) {
    Decoder decoder = new Decoder(bytes, offset, limit, size == CodeSize.BITS64);
    OpcodeRow row = decoder.run(size);
    return decoder.finish(row, address, size);
  }

  private int peek() {
    return at < end ? bytes[at] & 0xFF : -1;
  }

  private int u8() {
    if (at < end) {
      return bytes[at++] & 0xFF;
    }
    exhausted = true;
    return 0;
  }

  private int u16() {
    int low = u8();
    return low | u8() << 8;
  }

  private int s32() {
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

  private long s64() {
    long low = s32() & 0xFFFF_FFFFL;
    return low | (long) s32() << 32;
  }

  private int prefixByte(int code) {
    prefixes |= (long) code << prefixCount * 4;
    prefixCount++;
    rex = 0;
    return u8();
  }

  private @Nullable OpcodeRow run(CodeSize size) {
    int b = prefixes();
    boolean defaultWide = size != CodeSize.BITS16;
    addressBytes = mode64 ? (addressPrefix ? 4 : 8) : addressPrefix == defaultWide ? 2 : 4;
    int map;
    OpcodeTable table;
    if (isExtended(b)) {
      if (at >= end) {
        exhausted = true;
        return null;
      }
      if (rex != 0 || operandPrefix || lock || repeatPrefix != 0) {
        return null;
      }
      map = b == 0x62 ? evex() : vex(b);
      if (map < 0) {
        return null;
      }
      table = encoding == ENCODING_VEX ? OpcodeTable.Vex.TABLE : OpcodeTable.Evex.TABLE;
      operandBytes = wide && mode64 ? 8 : 4;
    } else if (b == 0xC4 || b == 0xC5 || b == 0x62) {
      if (at >= end) {
        exhausted = true;
        return null;
      }
      map = legacy(b, defaultWide);
      table = OpcodeTable.Legacy.TABLE;
    } else {
      map = legacy(b, defaultWide);
      table = OpcodeTable.Legacy.TABLE;
    }
    OpcodeSlot slot = table.slot(map, opcode);
    if (slot == null || exhausted) {
      return null;
    }
    int selector =
        (mode64 ? 1 << OpcodeRow.SELECT_MODE64 : 0)
            | prefixField << OpcodeRow.SELECT_PREFIX
            | (wide ? 1 << OpcodeRow.SELECT_W : 0)
            | (operandBytes >> 2) << OpcodeRow.SELECT_OPERAND_SIZE
            | (addressBytes >> 2) << OpcodeRow.SELECT_ADDRESS_SIZE
            | (rmHigh & 8) >> 3 << OpcodeRow.SELECT_REX_B;
    boolean registerForm = false;
    if (slot.modRm) {
      modRm = u8();
      registerForm = modRm >= 0xC0;
      selector |= modRm | (registerForm ? 1 << OpcodeRow.SELECT_REGISTER_FORM : 0);
    }
    int length = vectorLength;
    if (evexB && registerForm) {
      length = 2;
    }
    if (length == 3) {
      return null;
    }
    OpcodeRow row = slot.find(selector | length << OpcodeRow.SELECT_LENGTH);
    if (row == null || exhausted) {
      return null;
    }
    vectorBytes = 16 << length;
    if (mode64 && (row.flags & (OpcodeRow.DEFAULT64 | OpcodeRow.FORCE64)) != 0) {
      operandBytes = row.has(OpcodeRow.FORCE64) || !operandPrefix || wide ? 8 : 2;
    }
    if (row.has(OpcodeRow.MOD_IGNORED)) {
      registerForm = true;
    }
    boolean valid = operands(row, registerForm);
    if (lock && !(row.has(OpcodeRow.LOCKABLE) && !registerForm)) {
      valid = false;
    }
    if (encoding != ENCODING_LEGACY && !extendedValid(row, registerForm)) {
      valid = false;
    }
    return valid ? row : null;
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
    encoding = ENCODING_VEX;
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
    mandatory(p & 3);
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
    encoding = ENCODING_EVEX;
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
    mandatory(p1 & 3);
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

  private void mandatory(int pp) {
    prefixField = pp;
  }

  private boolean extendedValid(OpcodeRow row, boolean registerForm) {
    if (!row.has(OpcodeRow.USES_VVVV) && (vvvv & (row.has(OpcodeRow.GATHER) ? 15 : 31)) != 0) {
      return false;
    }
    if (row.has(OpcodeRow.GATHER) && !distinct(row)) {
      return false;
    }
    if (encoding == ENCODING_VEX) {
      return true;
    }
    if (evexB) {
      boolean allowed =
          registerForm
              ? row.has(OpcodeRow.ROUNDING) || row.has(OpcodeRow.SUPPRESS)
              : row.broadcast != 0;
      if (!allowed) {
        return false;
      }
    }
    if (row.has(OpcodeRow.NO_MASK) && opmask != 0) {
      return false;
    }
    if (row.has(OpcodeRow.GATHER) && opmask == 0) {
      return false;
    }
    return !zeroing
        || opmask != 0
            && !row.has(OpcodeRow.NO_ZEROING)
            && (registerForm || row.memoryOperand != 0);
  }

  /** The vectors that a gather reads and writes must not be the same. */
  private boolean distinct(OpcodeRow row) {
    if (row.memoryOperand != 1) {
      return true;
    }
    int destination = modRm >> 3 & 7 | regHigh;
    return destination != index
        && (encoding == ENCODING_EVEX || vvvv != index && vvvv != destination);
  }

  private int bytes(OperandSpec.Size size) {
    return OperandSpec.bytes(size, operandBytes, addressBytes, mode64, vectorBytes);
  }

  /** Decodes the operands; false when one of them makes the instruction undefined. */
  private boolean operands(OpcodeRow row, boolean registerForm) {
    OperandSpec[] specs = row.operands;
    if (row.memoryOperand >= 0 && !registerForm) {
      OperandSpec spec = specs[row.memoryOperand];
      int width = evexB ? row.broadcast : bytes(spec.memorySize());
      memory(encoding == ENCODING_EVEX ? width : 1, spec);
      if (spec.source() == OperandSpec.Source.VECTOR_MEMORY && !sib) {
        return false;
      }
      add(row.memoryOperand, OperandKind.MEMORY, 0, 0, width);
    }
    boolean valid = true;
    for (int i = 0; i < specs.length; i++) {
      if (i != row.memoryOperand || registerForm) {
        valid &= operand(i, specs[i], row);
      }
    }
    return valid;
  }

  private void add(int i, OperandKind kind, int registerClass, int number, int width) {
    operands |= (long) (kind.ordinal() | registerClass << 3 | (number & 31) << 7) << i * 12;
    widths |= (long) width << i * 12;
  }

  private void register(int i, RegisterClass registerClass, int number, int width) {
    add(i, OperandKind.REGISTER, registerClass.ordinal(), number, width);
  }

  private void general(int i, int number, int width) {
    RegisterClass c =
        switch (width) {
          case 1 ->
              number >= 4 && number < 8 && rex == 0 && encoding == ENCODING_LEGACY
                  ? RegisterClass.GPR8_HIGH
                  : RegisterClass.GPR8;
          case 2 -> RegisterClass.GPR16;
          case 4 -> RegisterClass.GPR32;
          default -> RegisterClass.GPR64;
        };
    register(i, c, c == RegisterClass.GPR8_HIGH ? number - 4 : number, width);
  }

  private void vector(int i, int number, int width) {
    RegisterClass c =
        width <= 16 ? RegisterClass.XMM : width == 32 ? RegisterClass.YMM : RegisterClass.ZMM;
    register(i, c, number, width);
  }

  private boolean operand(int i, OperandSpec spec, OpcodeRow row) {
    int reg = modRm >> 3 & 7;
    int rm = modRm & 7;
    int width = bytes(spec.size());
    switch (spec.source()) {
      case REG_GPR -> {
        general(i, reg | regHigh & 15, width);
        return regHigh < 16;
      }
      case RM_GPR -> general(i, rm | rmHigh, width);
      case OPCODE_GPR -> general(i, opcode & 7 | rmHigh, width);
      case VVVV_GPR -> {
        general(i, mode64 ? vvvv & 15 : vvvv & 7, width);
        return vvvv < 16;
      }
      case MEMORY, VECTOR_MEMORY -> throw new AssertionError("memory only, in register form");
      case REG_SEGMENT -> {
        register(i, RegisterClass.SEGMENT, reg, 2);
        return reg < 6 && !(reg == 1 && row.has(OpcodeRow.NOT_CS));
      }
      case REG_CONTROL -> {
        int number = reg | regHigh;
        register(i, RegisterClass.CONTROL, number, width);
        return number == 0 || number >= 2 && number <= 4 || number == 8;
      }
      case REG_DEBUG -> {
        register(i, RegisterClass.DEBUG, reg | regHigh, width);
        return regHigh == 0;
      }
      case REG_VECTOR -> vector(i, reg | regHigh, width);
      case RM_VECTOR ->
          vector(i, rm | rmHigh | (encoding == ENCODING_EVEX && indexHigh ? 16 : 0), width);
      case VVVV_VECTOR -> vector(i, mode64 ? vvvv : vvvv & 7, width);
      case IMMEDIATE_VECTOR -> {
        immediateByte = u8();
        vector(i, immediateByte >> 4 & (mode64 ? 15 : 7), width);
      }
      case REG_MMX -> register(i, RegisterClass.MMX, reg, 8);
      case RM_MMX -> register(i, RegisterClass.MMX, rm, 8);
      case REG_MASK -> {
        register(i, RegisterClass.MASK, reg, width);
        return regHigh == 0;
      }
      case RM_MASK -> register(i, RegisterClass.MASK, rm, width);
      case VVVV_MASK -> {
        register(i, RegisterClass.MASK, vvvv & 7, width);
        return vvvv < 8 || !mode64;
      }
      // No processor has MPX any more, and without it BND4 is a NOP like the others, no #UD.
      case REG_BOUND -> register(i, RegisterClass.BOUND, reg & 3, 16);
      case RM_BOUND -> register(i, RegisterClass.BOUND, rm & 3, 16);
      case REG_TILE -> {
        register(i, RegisterClass.TILE, reg, 0);
        return regHigh == 0;
      }
      case RM_TILE -> register(i, RegisterClass.TILE, rm, 0);
      case VVVV_TILE -> {
        register(i, RegisterClass.TILE, vvvv & 7, 0);
        return vvvv < 8;
      }
      case RM_X87 -> register(i, RegisterClass.X87, rm, 10);
      case IMMEDIATE -> {
        if (immediateByte >= 0) {
          // The low bits of the byte that also names a register.
          immediate(i, immediateByte & 15, 1);
        } else {
          immediate(i, width == 1 ? u8() : u16(), width);
        }
      }
      case SIGNED_IMMEDIATE -> signedImmediate(i, spec, width);
      case RELATIVE -> {
        immediate = width == 1 ? (byte) u8() : width == 2 ? (short) u16() : s32();
        add(i, OperandKind.RELATIVE, 0, 0, operandBytes);
      }
      case FAR_POINTER -> {
        immediate = operandBytes == 2 ? u16() : s32() & 0xFFFF_FFFFL;
        immediate2 = u16();
        add(i, OperandKind.FAR_POINTER, 0, 0, width);
      }
      case ABSOLUTE_MEMORY -> {
        displacementBytes = addressBytes;
        displacement = addressBytes == 8 ? s64() : addressBytes == 4 ? s32() & 0xFFFF_FFFFL : u16();
        add(i, OperandKind.MEMORY, 0, 0, width);
      }
      case STRING_SOURCE -> {
        base = 6;
        segment = 3;
        add(i, OperandKind.MEMORY, 0, 0, width);
      }
      case STRING_DESTINATION -> {
        if (row.operands[1 - i].source() != OperandSpec.Source.STRING_SOURCE) {
          base = 7;
          segment = 0;
          segmentFixed = true;
        }
        add(i, OperandKind.MEMORY, 0, 0, width);
      }
      case TABLE_MEMORY -> {
        base = spec.number();
        add(i, OperandKind.MEMORY, 0, 0, width);
      }
      case CONSTANT -> immediate(i, spec.number(), 1);
      case FIXED_GPR -> general(i, spec.number(), width);
      case FIXED_SEGMENT -> register(i, RegisterClass.SEGMENT, spec.number(), 2);
      case FIXED_X87 -> register(i, RegisterClass.X87, spec.number(), 10);
      case FIXED_XMM -> register(i, RegisterClass.XMM, spec.number(), 16);
    }
    return true;
  }

  private void immediate(int i, long value, int width) {
    if (immediateCount++ == 0) {
      immediate = value;
    } else {
      immediate2 = (int) value;
    }
    add(i, OperandKind.IMMEDIATE, 0, 0, width);
  }

  private void signedImmediate(int i, OperandSpec spec, int width) {
    switch (spec.size()) {
      case B -> {
        int first = (int) (widths & 0xFFF);
        immediate(i, (byte) u8(), i == 0 ? operandBytes : first);
      }
      case Z -> immediate(i, width == 2 ? (short) u16() : s32(), operandBytes);
      case D -> immediate(i, s32(), 4);
      default ->
          immediate(
              i,
              operandBytes == 8 ? s64() : operandBytes == 4 ? s32() : (short) u16(),
              operandBytes);
    }
  }

  private void memory(int scaleDisplacement, OperandSpec spec) {
    int mod = modRm >> 6;
    int rm = modRm & 7;
    if (addressBytes == 2) {
      memory16(mod, rm, scaleDisplacement);
      return;
    }
    if (rm == 4) {
      int s = u8();
      sib = true;
      scaleLog = s >> 6;
      index = s >> 3 & 7 | (indexHigh ? 8 : 0);
      if (spec.source() == OperandSpec.Source.VECTOR_MEMORY) {
        index |= encoding == ENCODING_EVEX ? vvvv & 16 : 0;
        int indexBytes = bytes(spec.size());
        indexClass =
            indexBytes <= 16
                ? RegisterClass.XMM
                : indexBytes == 32 ? RegisterClass.YMM : RegisterClass.ZMM;
      } else if (index == 4) {
        index = -1;
      }
      rm = s & 7;
    }
    if (rm == 5 && mod == 0) {
      displacementBytes = 4;
      displacement = s32();
      if (mode64 && !sib) {
        base = 16;
      }
    } else {
      base = rm | rmHigh;
      if (base == 4 || base == 5) {
        segment = 2;
      }
      displacement(mod, 4, scaleDisplacement);
    }
  }

  private static final int[] BASE16 = {3, 3, 5, 5, 6, 7, 5, 3};
  private static final int[] INDEX16 = {6, 7, 6, 7, -1, -1, -1, -1};

  private void memory16(int mod, int rm, int scaleDisplacement) {
    if (rm == 6 && mod == 0) {
      displacementBytes = 2;
      displacement = (short) u16();
      return;
    }
    base = BASE16[rm];
    index = INDEX16[rm];
    if (base == 5) {
      segment = 2;
    }
    displacement(mod, 2, scaleDisplacement);
  }

  private void displacement(int mod, int full, int scaleDisplacement) {
    if (mod == 1) {
      displacementBytes = 1;
      displacement = (long) (byte) u8() * Math.max(1, scaleDisplacement);
    } else if (mod == 2) {
      displacementBytes = full;
      displacement = full == 4 ? s32() : (short) u16();
    }
  }

  private Instruction finish(@Nullable OpcodeRow row, long address, CodeSize size) {
    DecodeStatus status =
        exhausted
            ? end - start >= MAX_LENGTH ? DecodeStatus.TOO_LONG : DecodeStatus.TRUNCATED
            : row == null ? DecodeStatus.INVALID : DecodeStatus.OK;
    if (status != DecodeStatus.OK) {
      row = null;
      operands = 0;
      widths = 0;
    }
    int memory =
        base + 1
            | index + 1 << 6
            | scaleLog << 12
            | (segmentPrefix >= 0 && !segmentFixed ? segmentPrefix : segment) << 14
            | segmentPrefix + 1 << 17
            | displacementBytes << 20
            | (sib ? 1 << 24 : 0)
            | (indexClass == null ? 0 : indexClass.ordinal() + 1) << 25;
    int flags =
        at - start
            | status.ordinal() << 4
            | size.ordinal() << 6
            | (operandBytes >> 2) << 8
            | (addressBytes >> 2) << 10
            | (opcode & 15) << 12
            | (operandPrefix ? 1 << 16 : 0)
            | (addressPrefix ? 1 << 17 : 0)
            | (lock ? 1 << 18 : 0)
            | repeatPrefix << 19
            | encoding << 21
            | rex << 23;
    int evex =
        opmask
            | (zeroing ? 8 : 0)
            | (evexB ? 16 : 0)
            | vectorLength << 5
            | (wide ? 128 : 0)
            | prefixCount << 8
            | opcode << 12
            | modRm << 20;
    return new Instruction(
        row,
        address,
        flags,
        evex,
        prefixes,
        operands,
        widths,
        memory,
        displacement,
        immediate,
        immediate2);
  }
}
