package dev.ringside.vmm.x86.decode;

/** Facts of an instruction's encoding that only its text shows. */
final class EncodingFacts {
  private EncodingFacts() {}

  /** Operand {@code i} is implied by the opcode: ST, or the 1 of a shift. */
  static boolean isImpliedOperand(Instruction in, int i) {
    return switch (in.row().operands[i].source()) {
      case FIXED_X87, CONSTANT -> true;
      default -> false;
    };
  }

  /** Operand {@code i} is memory whose address is in the instruction: MOV and the accumulator. */
  static boolean isAbsolute(Instruction in, int i) {
    return in.row().operands[i].source() == OperandSpec.Source.ABSOLUTE_MEMORY;
  }

  /** Operand {@code i} is the memory at ES:rDI of a string instruction. */
  static boolean isStringDestination(Instruction in, int i) {
    return in.row().operands[i].source() == OperandSpec.Source.STRING_DESTINATION;
  }

  /** Operand {@code i} is memory of a string instruction or XLAT. */
  static boolean isImpliedMemory(Instruction in, int i) {
    return switch (in.row().operands[i].source()) {
      case STRING_SOURCE, STRING_DESTINATION, TABLE_MEMORY -> true;
      default -> false;
    };
  }

  /** How many elements a broadcast fills. */
  static int broadcastCount(Instruction in) {
    OpcodeRow r = in.row();
    OperandSpec spec = r.operands[r.memoryOperand];
    return OperandSpec.bytes(spec.memorySize(), 4, 8, true, 16 << in.vectorLengthField())
        / r.broadcast;
  }

  /** Whether the other operands leave open how wide the broadcast memory operand is. */
  static boolean needsBroadcastCount(Instruction in) {
    return switch (in.mnemonic()) {
      case VFPCLASSPH, VFPCLASSPS, VFPCLASSPD -> true;
      default ->
          switch (in.row().operands[0].size()) {
            case XH, XQ -> in.registerClass(0) == RegisterClass.XMM;
            default -> false;
          };
    };
  }

  /** The F2 or F3 prefix is part of the opcode. */
  static boolean usesRepeatPrefix(Instruction in) {
    return (in.row().mask & 3 << OpcodeRow.SELECT_PREFIX) != 0
        && (in.row().value >> OpcodeRow.SELECT_PREFIX & 2) != 0;
  }

  /** The 66 prefix is part of the opcode or of the text of operands and mnemonic. */
  static boolean usesOperandSizePrefix(Instruction in) {
    OpcodeRow r = in.row();
    int select = 3 << OpcodeRow.SELECT_PREFIX;
    if ((r.mask & select) == select && (r.value & select) == 1 << OpcodeRow.SELECT_PREFIX) {
      return true;
    }
    return !in.wide() && dependsOnOperandSize(in);
  }

  private static boolean dependsOnOperandSize(Instruction in) {
    OpcodeRow r = in.row();
    if ((r.mask & 3 << OpcodeRow.SELECT_OPERAND_SIZE) != 0) {
      return r.mnemonic != Mnemonic.CMPXCHG8B;
    }
    if (r.has(OpcodeRow.FORCE64) && in.codeSize() == CodeSize.BITS64) {
      return false;
    }
    for (int i = 0; i < r.operands.length; i++) {
      OperandSpec spec = r.operands[i];
      boolean inMemory = in.operandKind(i) == OperandKind.MEMORY;
      switch (inMemory ? spec.memorySize() : spec.size()) {
        case V, Z, P, V2, ENV, STATE -> {
          return true;
        }
        default -> {}
      }
      if (spec.source() == OperandSpec.Source.RELATIVE && spec.size() != OperandSpec.Size.B
          || spec.source() == OperandSpec.Source.FIXED_SEGMENT) {
        return true;
      }
    }
    return switch (r.mnemonic) {
      case LGDT, LIDT, SGDT, SIDT -> in.codeSize() != CodeSize.BITS64;
      case PUSH, PUSHF, POPF, PUSHA, POPA, LEAVE, ENTER, RETF, RET, IRET, NOP -> true;
      default -> false;
    };
  }

  /** The 67 prefix shows in the text: a memory operand, or the counter of JCXZ. */
  static boolean usesAddressSizePrefix(Instruction in) {
    int memoryOperand = in.memoryOperand();
    if (memoryOperand >= 0) {
      boolean absolute =
          in.memoryBase() < 0 && in.memoryIndex() < 0 && in.codeSize() == CodeSize.BITS16;
      return !isAbsolute(in, memoryOperand) && !absolute;
    }
    return in.row().mnemonic == Mnemonic.JCXZ;
  }

  /** The part of the REX prefix that changes something, 0x40 included. */
  static int rexUsed(Instruction in) {
    OpcodeRow r = in.row();
    int rex = in.rex();
    int used = 0;
    if ((rex & 8) != 0 && usesWide(in, r)) {
      used |= 0x48;
    }
    for (int i = 0; i < r.operands.length; i++) {
      OperandSpec spec = r.operands[i];
      switch (spec.source()) {
        case REG_GPR, REG_VECTOR, REG_CONTROL, REG_DEBUG -> used |= rex & 4;
        case OPCODE_GPR -> used |= rex & 1;
        case RM_GPR, RM_VECTOR, MEMORY, RM_MMX, RM_BOUND, RM_MASK -> {
          boolean eight =
              spec.source() == OperandSpec.Source.RM_MMX
                  && in.operandKind(i) == OperandKind.REGISTER;
          used |= eight ? 0 : rex & 1;
          if (in.operandKind(i) == OperandKind.MEMORY && in.hasSib()) {
            used |= rex & 2;
          }
        }
        default -> {}
      }
      if (in.operandKind(i) == OperandKind.REGISTER
          && in.registerClass(i) == RegisterClass.GPR8
          && (in.registerNumber(i) & 4) != 0) {
        used |= 0x40;
      }
    }
    return used == 0 ? 0 : used | 0x40;
  }

  private static boolean usesWide(Instruction in, OpcodeRow r) {
    if (r.has(OpcodeRow.DEFAULT64) || r.has(OpcodeRow.FORCE64)) {
      return false;
    }
    if ((r.mask & 3 << OpcodeRow.SELECT_OPERAND_SIZE) != 0) {
      return true;
    }
    for (int i = 0; i < r.operands.length; i++) {
      OperandSpec spec = r.operands[i];
      boolean inMemory = in.operandKind(i) == OperandKind.MEMORY;
      switch (inMemory ? spec.memorySize() : spec.size()) {
        case V, Z, Y, P, V2 -> {
          return true;
        }
        default -> {}
      }
    }
    return switch (r.mnemonic) {
      case IRET,
          RETF,
          SYSRET,
          SYSEXIT,
          FXSAVE,
          FXRSTOR,
          XSAVE,
          XRSTOR,
          XSAVEOPT,
          XSAVEC,
          XSAVES,
          XRSTORS,
          INCSSP,
          RDSSP,
          WRSS,
          WRUSS ->
          true;
      default -> false;
    };
  }
}
