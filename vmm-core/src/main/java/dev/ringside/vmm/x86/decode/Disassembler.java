package dev.ringside.vmm.x86.decode;

/**
 * Writes instructions in Intel syntax, as {@code objdump -d -M intel,intel64} of GNU binutils 2.40
 * does, with single spaces; where it deviates is written down in {@code objdump-deviations.txt}
 * among the tests. Immutable, for any thread.
 */
public final class Disassembler {
  private static final Disassembler PLAIN = new Disassembler(SymbolResolver.NONE);

  private final SymbolResolver symbols;

  /** A disassembler that names branch targets and RIP-relative addresses. */
  public Disassembler(SymbolResolver symbols) {
    this.symbols = symbols;
  }

  /** The text of an instruction, without symbols; {@code (bad)} where it is none. */
  public static String format(Instruction instruction) {
    return PLAIN.text(instruction);
  }

  /** The text of an instruction, with symbols; {@code (bad)} where it is none. */
  public String text(Instruction instruction) {
    if (!instruction.isValid()) {
      return "(bad)";
    }
    StringBuilder out = new StringBuilder(48);
    PrefixText.append(out, instruction);
    out.append(MnemonicText.of(instruction));
    int shown = MnemonicText.operandsShown(instruction);
    for (int i = 0; i < shown; i++) {
      out.append(i == 0 ? ' ' : ',');
      operand(out, instruction, i);
    }
    if (instruction.memoryBase() == 16 && instruction.memoryOperand() >= 0) {
      long target = instruction.nextAddress() + instruction.displacement();
      out.append("        # ");
      address(out, instruction.addressSize() == 64 ? target : target & 0xFFFF_FFFFL);
    }
    return out.toString();
  }

  private void operand(StringBuilder out, Instruction in, int i) {
    switch (in.operandKind(i)) {
      case REGISTER -> OperandText.register(out, in, i);
      case MEMORY -> OperandText.memory(out, in, i);
      case IMMEDIATE -> OperandText.immediate(out, in, i);
      case RELATIVE -> address(out, in.branchTarget());
      case FAR_POINTER ->
          out.append("0x")
              .append(Integer.toHexString(in.farSelector()))
              .append(":0x")
              .append(Long.toHexString(in.farOffset()));
    }
    OperandText.decoration(out, in, i);
  }

  private void address(StringBuilder out, long address) {
    String name = symbols.nameOf(address);
    if (name == null) {
      out.append("0x").append(Long.toHexString(address));
    } else {
      out.append(Long.toHexString(address)).append(" <").append(name).append('>');
    }
  }
}
