package dev.ringside.vmm.x86.decode;

import org.jspecify.annotations.Nullable;

/**
 * A decoded instruction. Immutable; made by {@link Decoder#decode}.
 *
 * <p>Operands are in the order of the Intel syntax, the destination first; implied operands (rAX of
 * MUL, the flags) are not listed. Of a {@link DecodeStatus} other than OK, only the status, the
 * address and the prefixes mean something, and the length says how many bytes were looked at.
 */
@SuppressWarnings({"EnumOrdinal", "OperatorPrecedence"}) // packed bit fields
public final class Instruction {
  private static final OperandKind[] KINDS = OperandKind.values();
  private static final RegisterClass[] CLASSES = RegisterClass.values();
  private static final DecodeStatus[] STATUS = DecodeStatus.values();
  private static final CodeSize[] CODE_SIZES = CodeSize.values();
  private static final OperandAccess[] ACCESS = OperandAccess.values();

  private final @Nullable OpcodeRow row;
  private final long address;

  /**
   * 0-3 length, 4-5 status, 6-7 code size, 8-9 operand size, 10-11 address size, 12-15 low opcode
   * bits, 16 66, 17 67, 18 LOCK, 19-20 F3 or F2, 21-22 encoding, 23-30 REX.
   */
  private final int flags;

  /** 0-2 opmask, 3 z, 4 b, 5-6 L'L, 7 W, 8-11 count of prefixes, 12-19 opcode, 20-27 ModRM. */
  private final int extension;

  /** Four bits for each prefix byte, the first lowest. */
  private final long prefixes;

  /** Twelve bits an operand: 0-2 kind, 3-6 register class, 7-11 register number. */
  private final long operands;

  /** Twelve bits an operand: bytes. */
  private final long widths;

  /**
   * 0-5 base + 1, 6-11 index + 1, 12-13 scale, 14-16 segment, 17-19 override + 1, 20-23 bytes of
   * displacement, 24 SIB, 25-29 index class + 1.
   */
  private final int memory;

  private final long displacement;
  private final long immediate;
  private final int immediate2;

  Instruction(
      @Nullable OpcodeRow row,
      long address,
      int flags,
      int extension,
      long prefixes,
      long operands,
      long widths,
      int memory,
      long displacement,
      long immediate,
      int immediate2) {
    this.row = row;
    this.address = address;
    this.flags = flags;
    this.extension = extension;
    this.prefixes = prefixes;
    this.operands = operands;
    this.widths = widths;
    this.memory = memory;
    this.displacement = displacement;
    this.immediate = immediate;
    this.immediate2 = immediate2;
  }

  /** Whether this is an instruction, and if not, why not. */
  public DecodeStatus status() {
    return STATUS[flags >> 4 & 3];
  }

  /** Whether {@link #status()} is {@link DecodeStatus#OK}. */
  public boolean isValid() {
    return row != null;
  }

  /**
   * The mnemonic.
   *
   * @throws IllegalStateException if the status is not OK
   */
  public Mnemonic mnemonic() {
    return row().mnemonic;
  }

  /**
   * What CPUID must report for this instruction not to be #UD.
   *
   * @throws IllegalStateException if the status is not OK
   */
  public Feature feature() {
    return row().feature;
  }

  /**
   * Whether this is in the space that the manual reserves for hints: where {@link #feature()} is
   * not reported it does nothing, instead of raising #UD (CLDEMOTE, RDSSP, PREFETCHW, MPX). Of the
   * others, TZCNT, LZCNT and WBNOINVD are BSF, BSR and WBINVD then.
   */
  public boolean isHint() {
    return row().has(OpcodeRow.HINT);
  }

  OpcodeRow row() {
    OpcodeRow r = row;
    if (r == null) {
      throw new IllegalStateException("no instruction: " + status());
    }
    return r;
  }

  /** Bytes, 1 to 15. */
  public int length() {
    return flags & 15;
  }

  /** The instruction pointer of its first byte, as given to the decoder. */
  public long address() {
    return address;
  }

  /** The instruction pointer after it, wrapped to the code size. */
  public long nextAddress() {
    return wrap(address + length(), codeSize() == CodeSize.BITS64 ? 64 : 32);
  }

  /** How the code was read. */
  public CodeSize codeSize() {
    return CODE_SIZES[flags >> 6 & 3];
  }

  /**
   * The effective operand size: 16, 32 or 64; byte instructions have one too, and do not use it.
   * For stack and near-branch instructions this is the size of what is pushed or popped.
   */
  public int operandSize() {
    return 16 << (flags >> 8 & 3);
  }

  /** The effective address size: 16, 32 or 64. Also the width of rSI, rDI and rCX that it uses. */
  public int addressSize() {
    return 16 << (flags >> 10 & 3);
  }

  /** LOCK prefix; the decoder has checked that it is allowed. */
  public boolean hasLock() {
    return (flags & 1 << 18) != 0;
  }

  /** The last of the F2 and F3 prefixes was F3 (REP, REPE), mandatory prefixes included. */
  public boolean hasRep() {
    return (flags >> 19 & 3) == 2;
  }

  /** The last of the F2 and F3 prefixes was F2 (REPNE), mandatory prefixes included. */
  public boolean hasRepne() {
    return (flags >> 19 & 3) == 3;
  }

  /** A 66 prefix was present, whether or not it had an effect. */
  public boolean hasOperandSizePrefix() {
    return (flags & 1 << 16) != 0;
  }

  /** A 67 prefix was present. */
  public boolean hasAddressSizePrefix() {
    return (flags & 1 << 17) != 0;
  }

  /** Encoded with a VEX prefix. */
  public boolean isVex() {
    return (flags >> 21 & 3) == Decoder.ENCODING_VEX;
  }

  /** Encoded with an EVEX prefix. */
  public boolean isEvex() {
    return (flags >> 21 & 3) == Decoder.ENCODING_EVEX;
  }

  /** REX prefix byte, or 0. */
  int rex() {
    return flags >> 23 & 0xFF;
  }

  int prefixCount() {
    return extension >> 8 & 15;
  }

  /** The code of prefix {@code i}: see {@link OpcodeReader#prefixes}. */
  int prefix(int i) {
    return (int) (prefixes >> i * 4) & 15;
  }

  int opcode() {
    return extension >> 12 & 0xFF;
  }

  int modRm() {
    return extension >> 20 & 0xFF;
  }

  /** VEX.W, EVEX.W or REX.W. */
  boolean wide() {
    return (extension & 128) != 0;
  }

  /** VEX.L, EVEX.L'L. */
  int vectorLengthField() {
    return extension >> 5 & 3;
  }

  /** Segment register of an effective segment-override prefix (0 ES to 5 GS), or -1. */
  public int segmentOverride() {
    return (memory >> 17 & 7) - 1;
  }

  /** Condition code of JCC, SETCC, CMOVCC: 0 (O) to 15 (NLE); 0 for other instructions. */
  public int condition() {
    return row != null && row.has(OpcodeRow.CONDITION) ? flags >> 12 & 15 : 0;
  }

  /** How many explicit operands, 0 to 5. */
  public int operandCount() {
    return row == null ? 0 : row.operands.length;
  }

  /** What operand {@code i} is. */
  public OperandKind operandKind(int i) {
    return KINDS[(int) (operands >> i * 12) & 7];
  }

  /** Register file of operand {@code i}, of kind REGISTER. */
  public RegisterClass registerClass(int i) {
    return CLASSES[(int) (operands >> i * 12 + 3) & 15];
  }

  /** Register number of operand {@code i}, of kind REGISTER. */
  public int registerNumber(int i) {
    return (int) (operands >> i * 12 + 7) & 31;
  }

  /**
   * Width of operand {@code i} in bits: register, memory access, or what the immediate is extended
   * to. 0 where there is none (LEA, INVLPG, prefetches, XSAVE areas).
   */
  public int operandWidth(int i) {
    return ((int) (widths >> i * 12) & 0xFFF) * 8;
  }

  /** What the instruction does with operand {@code i}. */
  public OperandAccess operandAccess(int i) {
    return ACCESS[(row().access >> i * 2 & 3) - 1];
  }

  /** Index of the first operand of kind MEMORY, or -1. */
  public int memoryOperand() {
    for (int i = 0; i < operandCount(); i++) {
      if (operandKind(i) == OperandKind.MEMORY) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Base register of the memory operand: 0 to 15, 16 for RIP (of the next instruction), -1 none. Of
   * string instructions: 6 (rSI) where they have a source in memory, else 7 (rDI); XLAT: 3 (rBX, to
   * which it adds AL).
   */
  public int memoryBase() {
    return (memory & 63) - 1;
  }

  /** Index register of the memory operand, or -1; of class {@link #memoryIndexClass()}. */
  public int memoryIndex() {
    return (memory >> 6 & 63) - 1;
  }

  /** Class of the index: GPR of the address size, or XMM, YMM, ZMM for gathers and scatters. */
  public RegisterClass memoryIndexClass() {
    int vector = memory >> 25 & 31;
    if (vector != 0) {
      return CLASSES[vector - 1];
    }
    return addressSize() == 16
        ? RegisterClass.GPR16
        : addressSize() == 32 ? RegisterClass.GPR32 : RegisterClass.GPR64;
  }

  /** 1, 2, 4 or 8. */
  public int memoryScale() {
    return 1 << (memory >> 12 & 3);
  }

  /**
   * Displacement of the memory operand, sign-extended (an absolute address of MOV zero-extended).
   * The effective address wraps to the address size.
   */
  public long displacement() {
    return displacement;
  }

  /** Bytes of displacement in the encoding: 0, 1, 2, 4, 8. */
  int displacementBytes() {
    return memory >> 20 & 15;
  }

  boolean hasSib() {
    return (memory & 1 << 24) != 0;
  }

  /**
   * Effective segment of the memory operand: 0 ES, 1 CS, 2 SS, 3 DS, 4 FS, 5 GS: the override, or
   * the default, SS with base rSP or rBP. Of MOVS and CMPS: of the source at rSI; the one at rDI is
   * always in ES.
   */
  public int memorySegment() {
    return memory >> 14 & 7;
  }

  /**
   * The first immediate: sign-extended to 64 bits where the instruction has it sign-extended or as
   * wide as its operands; the 8-bit ones that are a control, a count, a vector or a port, and the
   * 16-bit ones of RET and ENTER, zero-extended.
   */
  public long immediate() {
    return immediate;
  }

  /** The second immediate: nesting level of ENTER, index of EXTRQ and INSERTQ. */
  public int immediate2() {
    return immediate2;
  }

  /** Where a relative branch goes, wrapped to the operand size. */
  public long branchTarget() {
    return wrap(address + length() + immediate, operandSize());
  }

  /** Selector of a far pointer in the instruction. */
  public int farSelector() {
    return immediate2;
  }

  /** Offset of a far pointer in the instruction. */
  public long farOffset() {
    return immediate;
  }

  /**
   * Element width in bits of a string instruction (MOVS, CMPS, SCAS, LODS, STOS, INS, OUTS): 8, 16,
   * 32 or 64.
   */
  public int elementWidth() {
    int i = memoryOperand();
    return i < 0 ? 0 : operandWidth(i);
  }

  /** Whether a memory operand of this width that is not naturally aligned raises #GP(0). */
  public boolean requiresAlignment() {
    return row().has(OpcodeRow.ALIGNED);
  }

  /** Vector length in bits of a VEX or EVEX instruction: 128, 256, 512; 128 for others. */
  public int vectorLength() {
    boolean rounding = isEvex() && broadcastBit() && memoryOperand() < 0;
    return rounding ? 512 : 128 << vectorLengthField();
  }

  /** EVEX opmask register, 0 to 7; 0 is none. */
  public int opmask() {
    return extension & 7;
  }

  /** EVEX.z: zeroing-masking. */
  public boolean isZeroing() {
    return (extension & 8) != 0;
  }

  private boolean broadcastBit() {
    return (extension & 16) != 0;
  }

  /** The memory operand is one element, broadcast to all (EVEX.b). */
  public boolean isBroadcast() {
    return broadcastBit() && memoryOperand() >= 0;
  }

  /** Suppress all exceptions: EVEX.b of a register form. */
  public boolean suppressesExceptions() {
    return broadcastBit() && memoryOperand() < 0;
  }

  /**
   * Static rounding mode of a register-form EVEX instruction: 0 nearest, 1 down, 2 up, 3 toward
   * zero; -1 where MXCSR decides.
   */
  public int staticRounding() {
    return suppressesExceptions() && row().has(OpcodeRow.ROUNDING) ? vectorLengthField() : -1;
  }

  /** Defined by the manual to raise #UD: UD0, UD1, UD2. */
  public boolean isDefinedUndefined() {
    return row != null && row.has(OpcodeRow.UNDEFINED);
  }

  private static long wrap(long value, int bits) {
    return bits == 64 ? value : value & (1L << bits) - 1;
  }

  /** The disassembly, as {@link Disassembler#format(Instruction)}. */
  @Override
  public String toString() {
    return Disassembler.format(this);
  }
}
