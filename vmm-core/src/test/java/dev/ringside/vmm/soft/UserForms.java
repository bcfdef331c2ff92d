package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Decoder;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import dev.ringside.vmm.x86.decode.OperandKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every form of every instruction that the user-mode ops implement, found by asking the decoder
 * about all opcodes: a form is a mnemonic with its operands' kinds and widths, and lists the
 * encodings that have it.
 */
final class UserForms {
  /** One way to start an instruction: what the generator keeps, and what it may vary. */
  record Encoding(int prefix, boolean escape, int opcode, boolean wide, int modRm) {
    /** There is no ModRM byte. */
    static final int NONE = -1;

    boolean hasModRm() {
      return modRm != NONE;
    }

    boolean memory() {
      return hasModRm() && modRm < 0xC0;
    }
  }

  private static final int[] PREFIXES = {0, 0x66, 0xF3, 0xF2};

  /**
   * Instructions whose outcome the host decides for itself, or that a program may not use freely.
   */
  private static final Set<Mnemonic> LEFT_OUT =
      EnumSet.of(Mnemonic.UD0, Mnemonic.UD1, Mnemonic.UD2, Mnemonic.XSAVE, Mnemonic.XRSTOR);

  private UserForms() {}

  /** Forms by name, in a mode. */
  static Map<String, List<Encoding>> find(OpFactory.Binder[] binders, CodeMode mode) {
    Map<String, List<Encoding>> forms = new TreeMap<>();
    for (int opcode = 0; opcode < 512; opcode++) {
      boolean escape = opcode >= 256;
      int low = opcode & 0xFF;
      if (escape ? low == 0x38 || low == 0x3A : isPrefix(low, mode)) {
        continue;
      }
      for (int prefix : PREFIXES) {
        for (boolean wide : mode.isLong() ? new boolean[] {false, true} : new boolean[1]) {
          if (!hasModRm(prefix, escape, low, wide, mode)) {
            add(forms, new Encoding(prefix, escape, low, wide, Encoding.NONE), binders, mode);
            continue;
          }
          for (int reg = 0; reg < 8; reg++) {
            add(forms, new Encoding(prefix, escape, low, wide, reg << 3 | 0x43), binders, mode);
            for (int rm = 0; rm < 8; rm++) {
              add(
                  forms,
                  new Encoding(prefix, escape, low, wide, 0xC0 | reg << 3 | rm),
                  binders,
                  mode);
            }
          }
        }
      }
    }
    return forms;
  }

  private static boolean isPrefix(int b, CodeMode mode) {
    return (mode.isLong() && ((b & 0xF0) == 0x40 || b == 0x62))
        || switch (b) {
          case 0x0F, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xC4, 0xC5 -> true;
          case 0xF0, 0xF2, 0xF3 -> true;
          default -> false;
        };
  }

  private static boolean hasModRm(
      int prefix, boolean escape, int opcode, boolean wide, CodeMode mode) {
    Instruction memory = sample(new Encoding(prefix, escape, opcode, wide, 0x84), mode);
    for (int modRm = 0xC0; modRm < 0x100; modRm++) {
      Instruction register = sample(new Encoding(prefix, escape, opcode, wide, modRm), mode);
      if (memory.isValid() != register.isValid()
          || (memory.isValid() && memory.length() != register.length())) {
        return true;
      }
    }
    return false;
  }

  private static void add(
      Map<String, List<Encoding>> forms, Encoding e, OpFactory.Binder[] binders, CodeMode mode) {
    Instruction i = sample(e, mode);
    if (i.isValid()
        && !isVendorSpecific(e, i, mode)
        && SoftFeatures.reports(i.feature())
        && !LEFT_OUT.contains(i.mnemonic())
        && Arrays.stream(binders).anyMatch(b -> b.bind(i, mode) != null)) {
      forms.computeIfAbsent(name(i), n -> new ArrayList<>()).add(e);
    }
  }

  /** Where AMD's processors and Intel's, which we follow, do different things. */
  private static boolean isVendorSpecific(Encoding e, Instruction i, CodeMode mode) {
    boolean nearBranch =
        switch (i.mnemonic()) {
          case JMP, CALL, RET, JCC, LOOP, LOOPE, LOOPNE, JCXZ -> true;
          default -> false;
        };
    boolean repeatedLoop =
        e.prefix >= 0xF2 && (i.mnemonic() == Mnemonic.LOOPE || i.mnemonic() == Mnemonic.LOOPNE);
    // AMD's MOVSXD reads 32 bits whatever the operand size.
    boolean narrow = i.mnemonic() == Mnemonic.MOVSXD && i.operandSize() == 16;
    // FSTP's second encoding in D9 does not mind an empty register on AMD's.
    boolean alias = !e.escape && e.opcode == 0xD9 && e.modRm >= 0xD8 && e.modRm < 0xE0;
    boolean prefetch = e.escape && e.opcode == 0x0D && !e.memory();
    return (nearBranch && e.prefix == 0x66 && mode.isLong())
        || repeatedLoop
        || prefetch
        || narrow
        || alias;
  }

  private static Instruction sample(Encoding e, CodeMode mode) {
    byte[] code = new byte[24];
    int n = 0;
    if (e.prefix != 0) {
      code[n++] = (byte) e.prefix;
    }
    if (e.wide) {
      code[n++] = 0x48;
    }
    if (e.escape) {
      code[n++] = 0x0F;
    }
    code[n++] = (byte) e.opcode;
    if (e.hasModRm()) {
      code[n++] = (byte) e.modRm;
    }
    Arrays.fill(code, n, code.length, (byte) 0x11);
    return Decoder.decode(code, 0, code.length, HostState.CODE, mode.size());
  }

  /** The form of an instruction: {@code ADD r64, m64}. */
  static String name(Instruction i) {
    StringBuilder s = new StringBuilder();
    if (isString(i.mnemonic())) {
      s.append(i.hasRepne() ? "REPNE " : i.hasRep() ? "REP " : "");
    }
    s.append(i.mnemonic());
    for (int n = 0; n < i.operandCount(); n++) {
      s.append(n == 0 ? ' ' : ',');
      OperandKind kind = i.operandKind(n);
      s.append(
          switch (kind) {
            case REGISTER -> i.registerClass(n).name().toLowerCase(java.util.Locale.ROOT);
            case MEMORY -> "m" + i.operandWidth(n);
            case IMMEDIATE -> "i" + i.operandWidth(n);
            case RELATIVE -> "rel";
            case FAR_POINTER -> "far";
          });
    }
    return s.toString();
  }

  static boolean isString(Mnemonic m) {
    return switch (m) {
      case MOVS, CMPS, SCAS, LODS, STOS -> true;
      default -> false;
    };
  }
}
