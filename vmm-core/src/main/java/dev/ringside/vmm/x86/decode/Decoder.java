package dev.ringside.vmm.x86.decode;

import org.jspecify.annotations.Nullable;

/**
 * Decodes x86 instructions as an Intel processor does (Intel SDM volume 2, chapter 2): where AMD
 * differs, Intel is followed (a near branch in 64-bit mode ignores the 66 prefix).
 *
 * <p>The decoder knows no processor state but the code size. What depends on more is the caller's
 * to check: privilege, features that are not reported or not enabled, VEX and EVEX in real mode.
 */
@SuppressWarnings({"EnumOrdinal", "OperatorPrecedence"}) // packed bit fields
public final class Decoder {
  /** The longest instruction there is, in bytes. */
  public static final int MAX_LENGTH = 15;

  static final int ENCODING_LEGACY = 0;
  static final int ENCODING_VEX = 1;
  static final int ENCODING_EVEX = 2;

  private final OpcodeReader in;
  private final boolean mode64;
  private int modRm;
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

  private Decoder(OpcodeReader in, boolean mode64) {
    this.in = in;
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
    boolean mode64 = size == CodeSize.BITS64;
    Decoder decoder = new Decoder(new OpcodeReader(bytes, offset, limit, mode64), mode64);
    OpcodeRow row = decoder.run(size);
    return decoder.finish(row, address, size);
  }

  private @Nullable OpcodeRow run(CodeSize size) {
    int map = in.readOpcode(size);
    if (map < 0) {
      return null;
    }
    OpcodeTable table =
        switch (in.encoding) {
          case ENCODING_VEX -> OpcodeTable.Vex.TABLE;
          case ENCODING_EVEX -> OpcodeTable.Evex.TABLE;
          default -> OpcodeTable.Legacy.TABLE;
        };
    OpcodeSlot slot = table.slot(map, in.opcode);
    if (slot == null || in.exhausted) {
      return null;
    }
    int selector =
        (mode64 ? 1 << OpcodeRow.SELECT_MODE64 : 0)
            | in.prefixField << OpcodeRow.SELECT_PREFIX
            | (in.wide ? 1 << OpcodeRow.SELECT_W : 0)
            | (in.operandBytes >> 2) << OpcodeRow.SELECT_OPERAND_SIZE
            | (in.addressBytes >> 2) << OpcodeRow.SELECT_ADDRESS_SIZE
            | (in.rmHigh & 8) >> 3 << OpcodeRow.SELECT_REX_B;
    boolean registerForm = false;
    if (slot.modRm) {
      modRm = in.u8();
      registerForm = modRm >= 0xC0;
      selector |= modRm | (registerForm ? 1 << OpcodeRow.SELECT_REGISTER_FORM : 0);
    }
    int length = in.vectorLength;
    if (in.evexB && registerForm) {
      length = 2;
    }
    if (length == 3) {
      return null;
    }
    OpcodeRow row = slot.find(selector | length << OpcodeRow.SELECT_LENGTH);
    if (row == null || in.exhausted) {
      return null;
    }
    vectorBytes = 16 << length;
    if (mode64 && (row.flags & (OpcodeRow.DEFAULT64 | OpcodeRow.FORCE64)) != 0) {
      in.operandBytes = row.has(OpcodeRow.FORCE64) || !in.operandPrefix || in.wide ? 8 : 2;
    }
    if (row.has(OpcodeRow.MOD_IGNORED)) {
      registerForm = true;
    }
    boolean valid = operands(row, registerForm);
    if (in.lock && !(row.has(OpcodeRow.LOCKABLE) && !registerForm)) {
      valid = false;
    }
    if (in.encoding != ENCODING_LEGACY && !extendedValid(row, registerForm)) {
      valid = false;
    }
    return valid ? row : null;
  }

  private boolean extendedValid(OpcodeRow row, boolean registerForm) {
    if (!row.has(OpcodeRow.USES_VVVV) && (in.vvvv & (row.has(OpcodeRow.GATHER) ? 15 : 31)) != 0) {
      return false;
    }
    if (row.has(OpcodeRow.GATHER) && !distinct(row)) {
      return false;
    }
    if (in.encoding == ENCODING_VEX) {
      return true;
    }
    if (in.evexB) {
      boolean allowed =
          registerForm
              ? row.has(OpcodeRow.ROUNDING) || row.has(OpcodeRow.SUPPRESS)
              : row.broadcast != 0;
      if (!allowed) {
        return false;
      }
    }
    if (row.has(OpcodeRow.NO_MASK) && in.opmask != 0) {
      return false;
    }
    if (row.has(OpcodeRow.GATHER) && in.opmask == 0) {
      return false;
    }
    return !in.zeroing
        || in.opmask != 0
            && !row.has(OpcodeRow.NO_ZEROING)
            && (registerForm || row.memoryOperand != 0);
  }

  /** The vectors that a gather reads and writes must not be the same. */
  private boolean distinct(OpcodeRow row) {
    if (row.memoryOperand != 1) {
      return true;
    }
    int destination = modRm >> 3 & 7 | in.regHigh;
    return destination != index
        && (in.encoding == ENCODING_EVEX || in.vvvv != index && in.vvvv != destination);
  }

  private int bytes(OperandSpec.Size size) {
    return OperandSpec.bytes(size, in.operandBytes, in.addressBytes, mode64, vectorBytes);
  }

  /** Decodes the operands; false when one of them makes the instruction undefined. */
  private boolean operands(OpcodeRow row, boolean registerForm) {
    OperandSpec[] specs = row.operands;
    if (row.memoryOperand >= 0 && !registerForm) {
      OperandSpec spec = specs[row.memoryOperand];
      int width = in.evexB ? row.broadcast : bytes(spec.memorySize());
      memory(in.encoding == ENCODING_EVEX ? width : 1, spec);
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
              number >= 4 && number < 8 && in.rex == 0 && in.encoding == ENCODING_LEGACY
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
        general(i, reg | in.regHigh & 15, width);
        return in.regHigh < 16;
      }
      case RM_GPR -> general(i, rm | in.rmHigh, width);
      case OPCODE_GPR -> general(i, in.opcode & 7 | in.rmHigh, width);
      case VVVV_GPR -> {
        general(i, mode64 ? in.vvvv & 15 : in.vvvv & 7, width);
        return in.vvvv < 16;
      }
      case MEMORY, VECTOR_MEMORY -> throw new AssertionError("memory only, in register form");
      case REG_SEGMENT -> {
        register(i, RegisterClass.SEGMENT, reg, 2);
        return reg < 6 && !(reg == 1 && row.has(OpcodeRow.NOT_CS));
      }
      case REG_CONTROL -> {
        int number = reg | in.regHigh;
        register(i, RegisterClass.CONTROL, number, width);
        return number == 0 || number >= 2 && number <= 4 || number == 8;
      }
      case REG_DEBUG -> {
        register(i, RegisterClass.DEBUG, reg | in.regHigh, width);
        return in.regHigh == 0;
      }
      case REG_VECTOR -> vector(i, reg | in.regHigh, width);
      case RM_VECTOR ->
          vector(
              i, rm | in.rmHigh | (in.encoding == ENCODING_EVEX && in.indexHigh ? 16 : 0), width);
      case VVVV_VECTOR -> vector(i, mode64 ? in.vvvv : in.vvvv & 7, width);
      case IMMEDIATE_VECTOR -> {
        immediateByte = in.u8();
        vector(i, immediateByte >> 4 & (mode64 ? 15 : 7), width);
      }
      case REG_MMX -> register(i, RegisterClass.MMX, reg, 8);
      case RM_MMX -> register(i, RegisterClass.MMX, rm, 8);
      case REG_MASK -> {
        register(i, RegisterClass.MASK, reg, width);
        return in.regHigh == 0;
      }
      case RM_MASK -> register(i, RegisterClass.MASK, rm, width);
      case VVVV_MASK -> {
        register(i, RegisterClass.MASK, in.vvvv & 7, width);
        return in.vvvv < 8 || !mode64;
      }
      // No processor has MPX any more, and without it BND4 is a NOP like the others, no #UD.
      case REG_BOUND -> register(i, RegisterClass.BOUND, reg & 3, 16);
      case RM_BOUND -> register(i, RegisterClass.BOUND, rm & 3, 16);
      case REG_TILE -> {
        register(i, RegisterClass.TILE, reg, 0);
        return in.regHigh == 0;
      }
      case RM_TILE -> register(i, RegisterClass.TILE, rm, 0);
      case VVVV_TILE -> {
        register(i, RegisterClass.TILE, in.vvvv & 7, 0);
        return in.vvvv < 8;
      }
      case RM_X87 -> register(i, RegisterClass.X87, rm, 10);
      case IMMEDIATE -> {
        if (immediateByte >= 0) {
          // The low bits of the byte that also names a register.
          immediate(i, immediateByte & 15, 1);
        } else {
          immediate(i, width == 1 ? in.u8() : in.u16(), width);
        }
      }
      case SIGNED_IMMEDIATE -> signedImmediate(i, spec, width);
      case RELATIVE -> {
        immediate = width == 1 ? (byte) in.u8() : width == 2 ? (short) in.u16() : in.s32();
        add(i, OperandKind.RELATIVE, 0, 0, in.operandBytes);
      }
      case FAR_POINTER -> {
        immediate = in.operandBytes == 2 ? in.u16() : in.s32() & 0xFFFF_FFFFL;
        immediate2 = in.u16();
        add(i, OperandKind.FAR_POINTER, 0, 0, width);
      }
      case ABSOLUTE_MEMORY -> {
        displacementBytes = in.addressBytes;
        displacement =
            in.addressBytes == 8
                ? in.s64()
                : in.addressBytes == 4 ? in.s32() & 0xFFFF_FFFFL : in.u16();
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
        immediate(i, (byte) in.u8(), i == 0 ? in.operandBytes : first);
      }
      case Z -> immediate(i, width == 2 ? (short) in.u16() : in.s32(), in.operandBytes);
      case D -> immediate(i, in.s32(), 4);
      default ->
          immediate(
              i,
              in.operandBytes == 8 ? in.s64() : in.operandBytes == 4 ? in.s32() : (short) in.u16(),
              in.operandBytes);
    }
  }

  private void memory(int scaleDisplacement, OperandSpec spec) {
    int mod = modRm >> 6;
    int rm = modRm & 7;
    if (in.addressBytes == 2) {
      memory16(mod, rm, scaleDisplacement);
      return;
    }
    if (rm == 4) {
      int s = in.u8();
      sib = true;
      scaleLog = s >> 6;
      index = s >> 3 & 7 | (in.indexHigh ? 8 : 0);
      if (spec.source() == OperandSpec.Source.VECTOR_MEMORY) {
        index |= in.encoding == ENCODING_EVEX ? in.vvvv & 16 : 0;
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
      displacement = in.s32();
      if (mode64 && !sib) {
        base = 16;
      }
    } else {
      base = rm | in.rmHigh;
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
      displacement = (short) in.u16();
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
      displacement = (long) (byte) in.u8() * Math.max(1, scaleDisplacement);
    } else if (mod == 2) {
      displacementBytes = full;
      displacement = full == 4 ? in.s32() : (short) in.u16();
    }
  }

  private Instruction finish(@Nullable OpcodeRow row, long address, CodeSize size) {
    DecodeStatus status =
        in.exhausted
            ? in.end - in.start >= MAX_LENGTH ? DecodeStatus.TOO_LONG : DecodeStatus.TRUNCATED
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
            | (in.segmentPrefix >= 0 && !segmentFixed ? in.segmentPrefix : segment) << 14
            | in.segmentPrefix + 1 << 17
            | displacementBytes << 20
            | (sib ? 1 << 24 : 0)
            | (indexClass == null ? 0 : indexClass.ordinal() + 1) << 25;
    int flags =
        in.at - in.start
            | status.ordinal() << 4
            | size.ordinal() << 6
            | (in.operandBytes >> 2) << 8
            | (in.addressBytes >> 2) << 10
            | (in.opcode & 15) << 12
            | (in.operandPrefix ? 1 << 16 : 0)
            | (in.addressPrefix ? 1 << 17 : 0)
            | (in.lock ? 1 << 18 : 0)
            | in.repeatPrefix << 19
            | in.encoding << 21
            | in.rex << 23;
    int evex =
        in.opmask
            | (in.zeroing ? 8 : 0)
            | (in.evexB ? 16 : 0)
            | in.vectorLength << 5
            | (in.wide ? 128 : 0)
            | in.prefixCount << 8
            | in.opcode << 12
            | modRm << 20;
    return new Instruction(
        row,
        address,
        flags,
        evex,
        in.prefixes,
        operands,
        widths,
        memory,
        displacement,
        immediate,
        immediate2);
  }
}
