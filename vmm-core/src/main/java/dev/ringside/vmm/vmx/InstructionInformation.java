package dev.ringside.vmm.vmx;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The VM-exit instruction-information field: the operands of the instruction that caused the exit,
 * in a form that depends on it (SDM 30.2.5). Registers are numbered as in instruction encodings (0
 * is RAX, 4 RSP, 8 to 15 R8 to R15); segments too (0 is ES, then CS, SS, DS, FS, GS). Bits that the
 * SDM leaves undefined are encoded as 0.
 */
public sealed interface InstructionInformation {

  /** The value of the field. */
  long encode();

  /**
   * INS or OUTS (table 30-8).
   *
   * @param addressBits 16, 32 or 64
   * @param segment the source segment of OUTS; 0 for INS, where it is not defined
   */
  record StringIo(int addressBits, int segment) implements InstructionInformation {
    /** Checks the ranges. */
    public StringIo {
      OperandParts.requireAddressBits(addressBits);
      OperandParts.requireSegment(segment);
    }

    @Override
    public long encode() {
      return OperandParts.addressSize(addressBits) | (long) segment << 15;
    }
  }

  /**
   * The parts of a memory operand, apart from its displacement, which is the exit qualification.
   *
   * @param scale 1, 2, 4 or 8; 1 where there is no index
   * @param addressBits 16, 32 or 64
   * @param segment 0 to 5
   * @param index the index register, or {@link #NO_REGISTER}
   * @param base the base register, or {@link #NO_REGISTER}
   */
  record Memory(int scale, int addressBits, int segment, int index, int base) {
    /** In place of a register: there is none. */
    public static final int NO_REGISTER = -1;

    /** Checks the ranges. */
    public Memory {
      if (Integer.bitCount(scale) != 1 || scale < 1 || scale > 8) {
        throw new IllegalArgumentException("a scale is 1, 2, 4 or 8, not " + scale);
      }
      OperandParts.requireAddressBits(addressBits);
      OperandParts.requireSegment(segment);
      OperandParts.requireRegister(index, NO_REGISTER);
      OperandParts.requireRegister(base, NO_REGISTER);
    }

    long encode() {
      long registers =
          (index == NO_REGISTER ? 1L << 22 : (long) index << 18)
              | (base == NO_REGISTER ? 1L << 27 : (long) base << 23);
      return Integer.numberOfTrailingZeros(scale)
          | OperandParts.addressSize(addressBits)
          | (long) segment << 15
          | registers;
    }

    static Memory decode(long value) {
      boolean indexed = (value >>> 22 & 1) == 0;
      boolean based = (value >>> 27 & 1) == 0;
      return new Memory(
          indexed ? 1 << (value & 3) : 1,
          OperandParts.addressBits(value),
          Math.min((int) (value >>> 15 & 7), 5),
          indexed ? (int) (value >>> 18 & 15) : NO_REGISTER,
          based ? (int) (value >>> 23 & 15) : NO_REGISTER);
    }
  }

  /**
   * INVEPT, INVPCID, INVVPID (table 30-9).
   *
   * @param memory the descriptor's address
   * @param type the register with the type of invalidation
   */
  record Invalidation(Memory memory, int type) implements InstructionInformation {
    /** Checks the range of the register. */
    public Invalidation {
      OperandParts.requireRegister(type, 0);
    }

    @Override
    public long encode() {
      return memory.encode() | (long) type << 28;
    }
  }

  /**
   * SGDT, SIDT, LGDT, LIDT (table 30-10).
   *
   * @param memory where the pseudo-descriptor is
   * @param operandBits 16 or 32; 16 from 64-bit mode, where it is not defined
   * @param instruction which one
   */
  record DescriptorTable(Memory memory, int operandBits, TableInstruction instruction)
      implements InstructionInformation {
    /** In the order of their encoding. */
    public enum TableInstruction {
      /** Store GDTR. */
      SGDT,
      /** Store IDTR. */
      SIDT,
      /** Load GDTR. */
      LGDT,
      /** Load IDTR. */
      LIDT
    }

    @Override
    public long encode() {
      long identity =
          switch (instruction) {
            case SGDT -> 0;
            case SIDT -> 1;
            case LGDT -> 2;
            case LIDT -> 3;
          };
      return memory.encode() | (operandBits == 32 ? 1L << 11 : 0) | identity << 28;
    }
  }

  /**
   * SLDT, STR, LLDT, LTR (table 30-11).
   *
   * @param memory where the selector is, or null if it is in a register
   * @param register the register; 0 with a memory operand
   * @param instruction which one
   */
  record TaskOrLocalTable(@Nullable Memory memory, int register, SelectorInstruction instruction)
      implements InstructionInformation {
    /** In the order of their encoding. */
    public enum SelectorInstruction {
      /** Store LDTR. */
      SLDT,
      /** Store TR. */
      STR,
      /** Load LDTR. */
      LLDT,
      /** Load TR. */
      LTR
    }

    /** Checks the range of the register. */
    public TaskOrLocalTable {
      OperandParts.requireRegister(register, 0);
    }

    @Override
    public long encode() {
      long identity =
          switch (instruction) {
            case SLDT -> 0;
            case STR -> 1;
            case LLDT -> 2;
            case LTR -> 3;
          };
      return OperandParts.registerOrMemory(memory, register) | identity << 28;
    }
  }

  /**
   * RDRAND, RDSEED (table 30-12).
   *
   * @param register the destination
   * @param operandBits 16, 32 or 64
   */
  record RandomNumber(int register, int operandBits) implements InstructionInformation {
    /** Checks the ranges. */
    public RandomNumber {
      OperandParts.requireRegister(register, 0);
      OperandParts.requireAddressBits(operandBits);
    }

    @Override
    public long encode() {
      return (long) register << 3 | OperandParts.addressSize(operandBits) >> 7 << 11;
    }
  }

  /**
   * TPAUSE, UMWAIT (table 30-13).
   *
   * @param register the source
   */
  record Wait(int register) implements InstructionInformation {
    /** Checks the range of the register. */
    public Wait {
      OperandParts.requireRegister(register, 0);
    }

    @Override
    public long encode() {
      return (long) register << 3;
    }
  }

  /**
   * VMCLEAR, VMPTRLD, VMPTRST, VMXON, XRSTORS, XSAVES (table 30-14).
   *
   * @param memory the operand
   */
  record MemoryOperand(Memory memory) implements InstructionInformation {
    @Override
    public long encode() {
      return memory.encode();
    }
  }

  /**
   * VMREAD, VMWRITE (table 30-15).
   *
   * @param memory where the value is, or null if it is in a register
   * @param register the register with the value; 0 with a memory operand
   * @param encoding the register with the field's encoding
   */
  record FieldAccess(@Nullable Memory memory, int register, int encoding)
      implements InstructionInformation {
    /** Checks the ranges. */
    public FieldAccess {
      OperandParts.requireRegister(register, 0);
      OperandParts.requireRegister(encoding, 0);
    }

    @Override
    public long encode() {
      return OperandParts.registerOrMemory(memory, register) | (long) encoding << 28;
    }
  }

  /**
   * LOADIWKEY (table 30-16).
   *
   * @param first the first XMM register
   * @param second the second XMM register
   */
  record KeyLoad(int first, int second) implements InstructionInformation {
    /** Checks the ranges. */
    public KeyLoad {
      OperandParts.requireRegister(first, 0);
      OperandParts.requireRegister(second, 0);
    }

    @Override
    public long encode() {
      return (long) first << 3 | (long) second << 28;
    }
  }

  /**
   * What the field says after an exit; empty for a reason that does not define the field. For
   * {@link ExitReason#IO_INSTRUCTION} it is defined for INS and OUTS only.
   */
  static Optional<InstructionInformation> decode(ExitReason reason, long value) {
    return Optional.ofNullable(decoded(reason, value));
  }

  private static @Nullable InstructionInformation decoded(ExitReason reason, long value) {
    int identity = (int) (value >>> 28 & 3);
    // A reason that is missing here does not define the field.
    return switch (reason) {
      case IO_INSTRUCTION ->
          new StringIo(OperandParts.addressBits(value), Math.min((int) (value >>> 15 & 7), 5));
      case INVEPT, INVPCID, INVVPID ->
          new Invalidation(Memory.decode(value), (int) (value >>> 28 & 15));
      case GDTR_IDTR ->
          new DescriptorTable(
              Memory.decode(value),
              (value >>> 11 & 1) != 0 ? 32 : 16,
              DescriptorTable.TableInstruction.values()[identity]);
      case LDTR_TR ->
          new TaskOrLocalTable(
              OperandParts.memory(value),
              OperandParts.register(value),
              TaskOrLocalTable.SelectorInstruction.values()[identity]);
      case RDRAND, RDSEED ->
          new RandomNumber((int) (value >>> 3 & 15), OperandParts.addressBits(value >>> 11 << 7));
      case TPAUSE, UMWAIT -> new Wait((int) (value >>> 3 & 15));
      case VMCLEAR, VMPTRLD, VMPTRST, VMON, XRSTORS, XSAVES ->
          new MemoryOperand(Memory.decode(value));
      case VMREAD, VMWRITE ->
          new FieldAccess(
              OperandParts.memory(value), OperandParts.register(value), (int) (value >>> 28 & 15));
      case LOADIWKEY -> new KeyLoad((int) (value >>> 3 & 15), (int) (value >>> 28 & 15));
      default -> null;
    };
  }
}
