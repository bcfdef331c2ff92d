package dev.ringside.vmm.x86.decode;

import java.util.Locale;

/** Names of instructions and of memory sizes in Intel syntax. */
final class MnemonicText {
  private static final String[] CONDITION = {
    "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"
  };
  private static final Mnemonic[] MNEMONICS = Mnemonic.values();
  private static final String[] LOWER = lower();

  private MnemonicText() {}

  private static String[] lower() {
    String[] names = new String[MNEMONICS.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = MNEMONICS[i].name().toLowerCase(Locale.ROOT);
    }
    return names;
  }

  @SuppressWarnings("EnumOrdinal")
  static String lower(Mnemonic m) {
    return LOWER[m.ordinal()];
  }

  static String condition(int code) {
    return CONDITION[code];
  }

  static String of(Instruction in) {
    Mnemonic m = in.mnemonic();
    boolean mode64 = in.codeSize() == CodeSize.BITS64;
    return switch (m) {
      case JCC -> "j" + CONDITION[in.condition()];
      case SETCC -> "set" + CONDITION[in.condition()];
      case CMOVCC -> "cmov" + CONDITION[in.condition()];
      case CALLF -> "call";
      case JMPF -> "jmp";
      case SAL -> "shl";
      case JCXZ -> in.addressSize() == 64 ? "jrcxz" : in.addressSize() == 32 ? "jecxz" : "jcxz";
      case MOV ->
          isMovabs(in) && (in.opcode() >= 0xB0 || in.addressSize() == 64) ? "movabs" : "mov";
      case NOP ->
          in.opcode() == 0x90 && in.operandCount() == 0 && in.hasOperandSizePrefix()
              ? in.operandSize() == 16 ? "xchg ax,ax" : "xchg eax,eax"
              : "nop";
      case FNENI, FNDISI -> lower(m) + "(8087 only)";
      case FNSETPM -> lower(m) + "(287 only)";
      case PUSH, POP ->
          in.operandKind(0) == OperandKind.IMMEDIATE
                  || in.operandKind(0) == OperandKind.REGISTER
                      && in.registerClass(0) == RegisterClass.SEGMENT
              ? suffixed(in, lower(m))
              : lower(m);
      case FNSAVE, FRSTOR, FNSTENV, FLDENV, PUSHF, POPF, PUSHA, POPA, LEAVE, ENTER, RET ->
          suffixed(in, lower(m));
      case RETF -> in.wide() ? "retfq" : suffixed(in, "retf");
      case JMP, CALL ->
          in.operandKind(0) == OperandKind.RELATIVE && in.opcode() != 0xEB
              ? suffixed(in, lower(m))
              : lower(m);
      case LGDT, LIDT, SGDT, SIDT ->
          mode64 ? lower(m) : lower(m) + (in.operandSize() == 32 ? "d" : "w");
      case IRET -> in.operandSize() == 64 ? "iretq" : suffixed(in, "iret");
      case SYSRET -> in.operandSize() == 64 ? "sysretq" : "sysretd";
      case SYSEXIT -> in.operandSize() == 64 ? "sysexitq" : mode64 ? "sysexitd" : "sysexit";
      case FXSAVE, FXRSTOR, XSAVE, XRSTOR, XSAVEOPT, XSAVEC, XSAVES, XRSTORS ->
          in.wide() ? lower(m) + "64" : lower(m);
      case INCSSP, RDSSP, WRSS, WRUSS -> lower(m) + (in.wide() ? "q" : "d");
      case PCMPESTRM, PCMPESTRI, VPCMPESTRM, VPCMPESTRI ->
          lower(m) + (in.wide() && mode64 ? "q" : "");
      default -> encoding(in) + PseudoOps.of(in, lower(m));
    };
  }

  /** {vex} or {evex}, where an assembler would choose the other. */
  private static String encoding(Instruction in) {
    if (in.isVex()) {
      boolean newer =
          switch (in.feature()) {
            case AVX_VNNI, AVX_IFMA -> true;
            default -> in.mnemonic() == Mnemonic.VCVTNEPS2BF16;
          };
      return newer ? "{vex} " : "";
    }
    if (!in.isEvex()
        || in.opmask() != 0
        || in.isBroadcast()
        || in.suppressesExceptions()
        || in.vectorLength() == 512
        || in.operandKind(0) == OperandKind.REGISTER && in.registerClass(0) == RegisterClass.MASK
        || !OpcodeTable.VexMnemonics.ALL.contains(in.mnemonic())) {
      return "";
    }
    boolean other =
        switch (in.mnemonic()) {
          case VPSLLVD,
              VPSLLVQ,
              VPSRLVD,
              VPSRLVQ,
              VPSRAVD,
              VPERMQ,
              VPERMPD,
              VCVTSI2SD,
              VCVTSI2SS,
              VEXTRACTPS,
              VPEXTRQ,
              VPINSRB,
              VMOVQ,
              VCVTNEPS2BF16 ->
              true;
          case VPSLLW, VPSLLD, VPSLLQ, VPSRLW, VPSRLD, VPSRLQ, VPSRAW, VPSRAD, VPSLLDQ, VPSRLDQ ->
              in.operandKind(1) == OperandKind.MEMORY;
          case VPBROADCASTB, VPBROADCASTW, VPBROADCASTD, VPBROADCASTQ -> in.opcode() >= 0x7A;
          default ->
              switch (in.feature()) {
                case AVX512_VNNI, AVX512_IFMA -> true;
                default -> false;
              };
        };
    if (other) {
      return "";
    }
    for (int i = 0; i < in.operandCount(); i++) {
      if (in.operandKind(i) == OperandKind.REGISTER && in.registerNumber(i) > 15) {
        return "";
      }
    }
    return "{evex} ";
  }

  private static boolean isMovabs(Instruction in) {
    int op = in.opcode();
    if (in.mnemonic() != Mnemonic.MOV || in.codeSize() != CodeSize.BITS64) {
      return false;
    }
    boolean absolute = op >= 0xA0 && op <= 0xA3;
    return absolute || op >= 0xB8 && op <= 0xBF && in.operandSize() == 64;
  }

  /** 66 changes the operand size, and no operand shows it. */
  private static String suffixed(Instruction in, String name) {
    if (!in.hasOperandSizePrefix() || in.wide()) {
      return name;
    }
    return switch (in.operandSize()) {
      case 16 -> name + "w";
      case 32 -> name + "d";
      default -> name;
    };
  }

  static int operandsShown(Instruction in) {
    if (PseudoOps.replacesImmediate(in)) {
      return in.operandCount() - 1;
    }
    return in.operandCount();
  }

  static String sizeKeyword(Instruction in, int i) {
    if (in.isBroadcast()) {
      return switch (in.operandWidth(i)) {
        case 16 -> "WORD BCST ";
        case 32 -> "DWORD BCST ";
        default -> "QWORD BCST ";
      };
    }
    if (EncodingFacts.isAbsolute(in, i)) {
      return "";
    }
    switch (in.mnemonic()) {
      case LGDT,
          LIDT,
          SGDT,
          SIDT,
          INVPCID,
          VLDDQU,
          LDDQU,
          WRSS,
          WRUSS,
          MOVDIR64B,
          ENQCMD,
          ENQCMDS,
          AESENC256KL,
          AESDEC256KL,
          AESENCWIDE256KL,
          AESDECWIDE256KL,
          BNDCL,
          BNDCU,
          BNDCN -> {
        return "";
      }
      case CMPXCHG16B, INVEPT, INVVPID -> {
        return "OWORD PTR ";
      }
      case PREFETCH,
          PREFETCHW,
          PREFETCHWT1,
          PREFETCHNTA,
          PREFETCHT0,
          PREFETCHT1,
          PREFETCHT2,
          INVLPG,
          CLFLUSH,
          CLFLUSHOPT,
          CLWB,
          CLDEMOTE -> {
        return "BYTE PTR ";
      }
      case VEXPANDPS,
          VEXPANDPD,
          VPEXPANDB,
          VPEXPANDW,
          VPEXPANDD,
          VPEXPANDQ,
          VCOMPRESSPS,
          VCOMPRESSPD,
          VPCOMPRESSB,
          VPCOMPRESSW,
          VPCOMPRESSD,
          VPCOMPRESSQ -> {
        return keyword(in.vectorLength());
      }
      default -> {}
    }
    return keyword(in.operandWidth(i));
  }

  private static String keyword(int width) {
    return switch (width) {
      case 8 -> "BYTE PTR ";
      case 16 -> "WORD PTR ";
      case 32 -> "DWORD PTR ";
      case 48 -> "FWORD PTR ";
      case 64 -> "QWORD PTR ";
      case 80 -> "TBYTE PTR ";
      case 128 -> "XMMWORD PTR ";
      case 256 -> "YMMWORD PTR ";
      case 512 -> "ZMMWORD PTR ";
      default -> "";
    };
  }
}
