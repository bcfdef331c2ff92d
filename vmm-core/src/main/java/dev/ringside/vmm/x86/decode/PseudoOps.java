package dev.ringside.vmm.x86.decode;

/** Comparisons whose predicate is written in the mnemonic: CMPLTPS for CMPPS with 1. */
final class PseudoOps {
  private static final String[] FLOAT = {
    "eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord",
    "eq_uq", "nge", "ngt", "false", "neq_oq", "ge", "gt", "true",
    "eq_os", "lt_oq", "le_oq", "unord_s", "neq_us", "nlt_uq", "nle_uq", "ord_s",
    "eq_us", "nge_uq", "ngt_uq", "false_os", "neq_os", "ge_oq", "gt_oq", "true_us"
  };
  private static final String[] INTEGER = {"eq", "lt", "le", "", "neq", "nlt", "nle", ""};

  private static final String[] XOP = {"lt", "le", "gt", "ge", "eq", "neq", "false", "true"};

  private PseudoOps() {}

  static String of(Instruction in, String name) {
    int last = in.operandCount() - 1;
    if (last < 2 || in.operandKind(last) != OperandKind.IMMEDIATE) {
      return name;
    }
    long predicate = in.immediate();
    return switch (in.mnemonic()) {
      case CMPPS, CMPPD, CMPSS, CMPSD ->
          predicate < 8 ? "cmp" + FLOAT[(int) predicate] + name.substring(3) : name;
      case VCMPPS, VCMPPD, VCMPSS, VCMPSD, VCMPPH, VCMPSH ->
          predicate < 32 ? "vcmp" + FLOAT[(int) predicate] + name.substring(4) : name;
      case VPCMPB, VPCMPW, VPCMPD, VPCMPQ, VPCMPUB, VPCMPUW, VPCMPUD, VPCMPUQ ->
          predicate < 8 && predicate != 3 && predicate != 7
              ? "vpcmp" + INTEGER[(int) predicate] + name.substring(5)
              : name;
      case VPCOMB, VPCOMW, VPCOMD, VPCOMQ, VPCOMUB, VPCOMUW, VPCOMUD, VPCOMUQ ->
          predicate < 8 ? "vpcom" + XOP[(int) predicate] + name.substring(5) : name;
      case PCLMULQDQ -> carryless("pclmul", predicate, name);
      case VPCLMULQDQ -> carryless("vpclmul", predicate, name);
      default -> name;
    };
  }

  private static String carryless(String stem, long selector, String name) {
    return switch ((int) selector) {
      case 0x00 -> stem + "lqlqdq";
      case 0x01 -> stem + "hqlqdq";
      case 0x10 -> stem + "lqhqdq";
      case 0x11 -> stem + "hqhqdq";
      default -> name;
    };
  }

  /** Whether the mnemonic already says what the last operand does. */
  static boolean replacesImmediate(Instruction in) {
    String name = MnemonicText.lower(in.mnemonic());
    return !of(in, name).equals(name);
  }
}
