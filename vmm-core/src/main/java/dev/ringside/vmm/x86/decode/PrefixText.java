package dev.ringside.vmm.x86.decode;

/** Writes the prefixes that the instruction's own text does not show. */
final class PrefixText {
  private static final String[] NAMES = {
    "", "data16 ", "addr32 ", "lock ", "repnz ", "repz ", "es ", "cs ", "ss ", "ds ", "fs ", "gs ",
    "rex "
  };

  private PrefixText() {}

  static void append(StringBuilder out, Instruction in) {
    int count = in.prefixCount();
    if (count == 0 && in.rex() == 0) {
      return;
    }
    int usedRepeat = lastOf(in, 4, 5);
    int usedSegment = usesSegment(in) ? lastOf(in, 6, 11) : -1;
    int usedOperandSize = EncodingFacts.usesOperandSizePrefix(in) ? lastOf(in, 1, 1) : -1;
    int usedAddressSize = EncodingFacts.usesAddressSizePrefix(in) ? lastOf(in, 2, 2) : -1;
    for (int i = 0; i < count; i++) {
      int code = in.prefix(i);
      if (i == usedRepeat) {
        if (!EncodingFacts.usesRepeatPrefix(in)) {
          out.append(repeat(in, code));
        }
      } else if (i != usedSegment && i != usedOperandSize && i != usedAddressSize) {
        out.append(name(in, code));
      }
    }
    int rex = in.rex();
    if (rex != 0 && rex != EncodingFacts.rexUsed(in)) {
      out.append("rex");
      if ((rex & 15) != 0) {
        out.append('.');
      }
      out.append((rex & 8) != 0 ? "W" : "");
      out.append((rex & 4) != 0 ? "R" : "");
      out.append((rex & 2) != 0 ? "X" : "");
      out.append((rex & 1) != 0 ? "B" : "");
      out.append(' ');
    }
  }

  private static String name(Instruction in, int code) {
    if (code == 1 && in.codeSize() == CodeSize.BITS16) {
      return "data32 ";
    }
    if (code == 2 && in.codeSize() == CodeSize.BITS32) {
      return "addr16 ";
    }
    if (code == 9 && in.codeSize() == CodeSize.BITS64 && isNoTrack(in)) {
      return "notrack ";
    }
    return NAMES[code];
  }

  private static boolean isNoTrack(Instruction in) {
    return in.opcode() == 0xFF
        && (in.mnemonic() == Mnemonic.CALL || in.mnemonic() == Mnemonic.JMP)
        && in.segmentOverride() < 0;
  }

  private static boolean usesSegment(Instruction in) {
    int memory = in.memoryOperand();
    if (memory < 0) {
      return false;
    }
    if (in.segmentOverride() < 0) {
      // An override that 64-bit mode ignores: objdump leaves it out where DS is in the text.
      return EncodingFacts.isImpliedMemory(in, memory) && !onlyDestination(in, memory);
    }
    return in.memorySegment() == in.segmentOverride() && !onlyDestination(in, memory);
  }

  private static boolean onlyDestination(Instruction in, int memory) {
    return EncodingFacts.isImpliedMemory(in, memory) && in.memoryBase() == 7;
  }

  private static int lastOf(Instruction in, int from, int to) {
    for (int i = in.prefixCount() - 1; i >= 0; i--) {
      if (in.prefix(i) >= from && in.prefix(i) <= to) {
        return i;
      }
    }
    return -1;
  }

  private static String repeat(Instruction in, int code) {
    return switch (in.mnemonic()) {
      case MOVS, STOS, LODS, INS, OUTS -> code == 5 ? "rep " : "repnz ";
      case MOV ->
          code == 5
                  && in.memoryOperand() == 0
                  && ((in.opcode() & 0xFE) == 0x88 || (in.opcode() & 0xFE) == 0xC6)
              ? "xrelease "
              : NAMES[code];
      case CALL, JMP, RET, JCC -> code == 4 ? "bnd " : "repz ";
      case XCHG -> in.memoryOperand() < 0 ? NAMES[code] : code == 4 ? "xacquire " : "xrelease ";
      default ->
          in.hasLock() && in.memoryOperand() == 0
              ? code == 4 ? "xacquire " : "xrelease "
              : NAMES[code];
    };
  }
}
