package dev.ringside.vmm.x86.decode;

/**
 * One row of the opcode table: when it applies, and what the instruction is.
 *
 * <p>It applies when {@code (selector & mask) == value}; the selector is made of what the decoder
 * has seen, in the bits below.
 */
final class OpcodeRow {
  /** ModRM, all eight bits. */
  static final int SELECT_MODRM = 0;

  /** ModRM.mod = 3. */
  static final int SELECT_REGISTER_FORM = 8;

  /** Mandatory prefix: 0 none, 1 66, 2 F3, 3 F2. */
  static final int SELECT_PREFIX = 9;

  static final int SELECT_W = 11;

  /** Vector length: 0 128, 1 256, 2 512. */
  static final int SELECT_LENGTH = 12;

  static final int SELECT_MODE64 = 14;

  /** Operand size before default-64: 0 16, 1 32, 2 64. */
  static final int SELECT_OPERAND_SIZE = 15;

  static final int SELECT_ADDRESS_SIZE = 17;

  static final int SELECT_REX_B = 19;

  /** LOCK is allowed when the first operand is memory. */
  static final int LOCKABLE = 1;

  /** The operand size is 64 in 64-bit mode unless 66 makes it 16. */
  static final int DEFAULT64 = 1 << 1;

  /** The operand size is 64 in 64-bit mode, whatever the prefixes. */
  static final int FORCE64 = 1 << 2;

  /** ModRM.mod is ignored and taken as 3: MOV to and from control and debug registers. */
  static final int MOD_IGNORED = 1 << 3;

  /** The segment register must not be CS. */
  static final int NOT_CS = 1 << 4;

  /** Defined to raise #UD: UD0, UD1, UD2. */
  static final int UNDEFINED = 1 << 5;

  /** A 128-bit memory operand (of the vector length with VEX) must be aligned, or #GP(0). */
  static final int ALIGNED = 1 << 6;

  /** EVEX: static rounding in the register form. */
  static final int ROUNDING = 1 << 7;

  /** EVEX: suppress-all-exceptions in the register form. */
  static final int SUPPRESS = 1 << 8;

  /** EVEX: no opmask. */
  static final int NO_MASK = 1 << 9;

  /** EVEX: no zeroing-masking. */
  static final int NO_ZEROING = 1 << 10;

  /** The condition is in the opcode's low four bits. */
  static final int CONDITION = 1 << 11;

  /** VEX.vvvv is used. */
  static final int USES_VVVV = 1 << 12;

  /** The source registers of a gather must differ, and its mask must not be K0. */
  static final int GATHER = 1 << 13;

  /** In the space of reserved NOPs: does nothing where its feature is not reported. */
  static final int HINT = 1 << 14;

  final int mask;
  final int value;
  final Mnemonic mnemonic;
  final Feature feature;
  final OperandSpec[] operands;
  final int flags;

  /** Two bits an operand: 1 read, 2 written. */
  final int access;

  /** Bytes of a broadcast element, 0 where there is no broadcast. */
  final int broadcast;

  /** The operand that is in ModRM.rm and may be memory, or -1. */
  final int memoryOperand;

  OpcodeRow(
      int mask,
      int value,
      Mnemonic mnemonic,
      Feature feature,
      OperandSpec[] operands,
      int flags,
      int access,
      int broadcast) {
    this.mask = mask;
    this.value = value;
    this.mnemonic = mnemonic;
    this.feature = feature;
    this.operands = operands;
    this.flags = flags;
    this.access = access;
    this.broadcast = broadcast;
    int memory = -1;
    for (int i = 0; i < operands.length; i++) {
      switch (operands[i].source()) {
        case RM_GPR, MEMORY, VECTOR_MEMORY, RM_VECTOR, RM_MMX, RM_MASK, RM_BOUND -> memory = i;
        default -> {}
      }
    }
    this.memoryOperand = memory;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
