package dev.ringside.vmm.x86.decode;

/** Writes operands in Intel syntax. */
final class OperandText {
  private static final String[] WORD = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
  private static final String[] LOW = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"};
  private static final String[] HIGH = {"ah", "ch", "dh", "bh"};
  static final String[] SEGMENT = {"es", "cs", "ss", "ds", "fs", "gs"};
  private static final String[] ROUNDING = {"{rn-sae}", "{rd-sae}", "{ru-sae}", "{rz-sae}"};

  private OperandText() {}

  static String name(RegisterClass file, int number) {
    return switch (file) {
      case GPR8 -> number < 8 ? LOW[number] : "r" + number + "b";
      case GPR8_HIGH -> HIGH[number];
      case GPR16 -> number < 8 ? WORD[number] : "r" + number + "w";
      case GPR32 -> number < 8 ? "e" + WORD[number] : "r" + number + "d";
      case GPR64 -> number < 8 ? "r" + WORD[number] : "r" + number;
      case SEGMENT -> SEGMENT[number];
      case CONTROL -> "cr" + number;
      case DEBUG -> "dr" + number;
      case X87 -> "st(" + number + ")";
      case MMX -> "mm" + number;
      case XMM -> "xmm" + number;
      case YMM -> "ymm" + number;
      case ZMM -> "zmm" + number;
      case MASK -> "k" + number;
      case BOUND -> "bnd" + number;
      case TILE -> "tmm" + number;
    };
  }

  static void register(StringBuilder out, Instruction in, int i) {
    if (in.registerClass(i) == RegisterClass.X87 && EncodingFacts.isImpliedOperand(in, i)) {
      out.append("st");
    } else {
      out.append(name(in.registerClass(i), in.registerNumber(i)));
    }
  }

  static void immediate(StringBuilder out, Instruction in, int i) {
    if (EncodingFacts.isImpliedOperand(in, i)) {
      out.append(in.immediate());
      return;
    }
    boolean second = false;
    for (int j = 0; j < i; j++) {
      second |= in.operandKind(j) == OperandKind.IMMEDIATE;
    }
    long value = second ? in.immediate2() : in.immediate();
    int width = in.operandWidth(i);
    if (width < 64) {
      value &= (1L << width) - 1;
    }
    out.append("0x").append(Long.toHexString(value));
  }

  static void memory(StringBuilder out, Instruction in, int i) {
    out.append(MnemonicText.sizeKeyword(in, i));
    boolean destination = EncodingFacts.isStringDestination(in, i);
    int base = destination ? 7 : in.memoryBase();
    int index = in.memoryIndex();
    boolean implied = EncodingFacts.isImpliedMemory(in, i);
    if (destination) {
      out.append("es:");
    } else if (in.segmentOverride() >= 0 || implied || base < 0 && index < 0 && !showsRiz(in)) {
      out.append(SEGMENT[in.memorySegment()]).append(':');
    }
    if (base < 0 && index < 0 && !showsRiz(in)) {
      out.append("0x").append(Long.toHexString(absolute(in)));
      return;
    }
    out.append('[');
    if (base == 16) {
      out.append(in.addressSize() == 64 ? "rip" : "eip");
    } else if (base >= 0) {
      out.append(name(baseClass(in), base));
    }
    if (index >= 0 || showsRiz(in)) {
      if (base >= 0) {
        out.append('+');
      }
      if (index >= 0) {
        out.append(name(in.memoryIndexClass(), index));
      } else {
        out.append(in.addressSize() == 64 ? "riz" : "eiz");
      }
      if (in.addressSize() != 16) {
        out.append('*').append(in.memoryScale());
      }
    }
    if (in.displacementBytes() != 0 && !implied) {
      long disp = in.displacement();
      if (base == 16) {
        out.append("+0x").append(Long.toHexString(disp));
      } else if (disp < 0) {
        out.append("-0x").append(Long.toHexString(-disp));
      } else {
        out.append("+0x").append(Long.toHexString(disp));
      }
    }
    out.append(']');
  }

  private static boolean showsRiz(Instruction in) {
    if (!in.hasSib() || in.memoryIndex() >= 0) {
      return false;
    }
    boolean noBase = in.memoryBase() < 0;
    boolean plainBase = (in.memoryBase() & 7) == 4;
    if (noBase) {
      return in.codeSize() != CodeSize.BITS64 || in.memoryScale() != 1;
    }
    return !plainBase || in.memoryScale() != 1;
  }

  private static RegisterClass baseClass(Instruction in) {
    return switch (in.addressSize()) {
      case 16 -> RegisterClass.GPR16;
      case 32 -> RegisterClass.GPR32;
      default -> RegisterClass.GPR64;
    };
  }

  private static long absolute(Instruction in) {
    return switch (in.addressSize()) {
      case 16 -> in.displacement() & 0xFFFF;
      case 32 -> in.displacement() & 0xFFFF_FFFFL;
      default -> in.displacement();
    };
  }

  /** Broadcast, opmask and rounding, which follow the operand. */
  static void decoration(StringBuilder out, Instruction in, int i) {
    if (!in.isEvex()) {
      return;
    }
    if (in.operandKind(i) == OperandKind.MEMORY
        && in.isBroadcast()
        && EncodingFacts.needsBroadcastCount(in)) {
      out.append("{1to").append(EncodingFacts.broadcastCount(in)).append('}');
    }
    if (i == 0 && in.opmask() != 0) {
      out.append("{k").append(in.opmask()).append('}');
      if (in.isZeroing()) {
        out.append("{z}");
      }
    }
    if (in.suppressesExceptions() && i == lastRegister(in)) {
      int rounding = in.staticRounding();
      out.append(rounding >= 0 ? ROUNDING[rounding] : "{sae}");
    }
  }

  private static int lastRegister(Instruction in) {
    int last = 0;
    for (int i = 0; i < in.operandCount(); i++) {
      if (in.operandKind(i) == OperandKind.REGISTER) {
        last = i;
      }
    }
    return last;
  }
}
