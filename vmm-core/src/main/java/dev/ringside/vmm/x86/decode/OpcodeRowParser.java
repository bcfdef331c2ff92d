package dev.ringside.vmm.x86.decode;

import java.util.ArrayList;
import java.util.List;

/** Reads one line of the opcode table. The notation is explained in {@code opcodes-legacy.txt}. */
final class OpcodeRowParser {
  private static final OperandSpec[] NONE = {};

  private final String text;
  private final List<String> words = new ArrayList<>(12);
  private int mask;
  private int value;
  private int opcode = -1;
  private int flags;
  private boolean modRm;

  private OpcodeRowParser(String text) {
    this.text = text;
  }

  /** A row, and whether a ModRM byte follows its opcode. */
  record Parsed(OpcodeRow row, boolean modRm) {}

  /**
   * Reads a row.
   *
   * @throws IllegalStateException if it is not in the notation of the table
   */
  static Parsed parse(String line) {
    OpcodeRowParser parser = new OpcodeRowParser(line);
    OpcodeRow row = parser.row();
    return new Parsed(row, parser.modRm);
  }

  private IllegalStateException bad(String why) {
    return new IllegalStateException("opcode table: " + why + ": " + text);
  }

  /** Splits the line into words; returns how many come before the colon. */
  private int split() {
    int colon = -1;
    int at = 0;
    int end = text.length();
    while (at < end) {
      char c = text.charAt(at);
      if (c == ' ') {
        at++;
      } else if (c == ':') {
        colon = words.size();
        at++;
      } else {
        int from = at;
        while (at < end && text.charAt(at) != ' ') {
          at++;
        }
        words.add(text.substring(from, at));
      }
    }
    if (colon < 1 || words.size() < colon + 2) {
      throw bad("not 'opcode : MNEMONIC operands attributes'");
    }
    return colon;
  }

  private void select(int bit, int width, int wanted) {
    mask |= ((1 << width) - 1) << bit;
    value |= wanted << bit;
  }

  private OpcodeRow row() {
    int colon = split();
    for (int i = 0; i < colon; i++) {
      opcodeWord(words.get(i));
    }
    Mnemonic mnemonic = Mnemonic.valueOf(words.get(colon));
    OperandSpec[] operands = operands(words.get(colon + 1));
    Feature feature = Feature.BASE;
    // The first operand is read and written, the others are read.
    int access = 3 | 1 << 2 | 1 << 4 | 1 << 6 | 1 << 8;
    int broadcast = 0;
    for (int i = colon + 2; i < words.size(); i++) {
      String word = words.get(i);
      switch (word) {
        case "r" -> access &= ~2;
        case "w" -> access &= ~1;
        case "x" -> access |= 1 << 3;
        case "ww" -> access = 2 | 2 << 2 | 1 << 4;
        case "lock" -> flags |= OpcodeRow.LOCKABLE;
        case "d64" -> flags |= OpcodeRow.DEFAULT64;
        case "f64" -> flags |= OpcodeRow.FORCE64;
        case "i64" -> select(OpcodeRow.SELECT_MODE64, 1, 0);
        case "o64" -> select(OpcodeRow.SELECT_MODE64, 1, 1);
        case "notcs" -> flags |= OpcodeRow.NOT_CS;
        case "hint" -> flags |= OpcodeRow.HINT;
        case "ud" -> flags |= OpcodeRow.UNDEFINED;
        case "align" -> flags |= OpcodeRow.ALIGNED;
        case "er" -> flags |= OpcodeRow.ROUNDING;
        case "sae" -> flags |= OpcodeRow.SUPPRESS;
        case "nomask" -> flags |= OpcodeRow.NO_MASK;
        case "nz" -> flags |= OpcodeRow.NO_ZEROING;
        case "gather" -> {
          flags |= OpcodeRow.GATHER;
          // The mask, where it is an operand, is cleared.
          access |= 2 << 4;
        }
        case "b16" -> broadcast = 2;
        case "b32" -> broadcast = 4;
        case "b64" -> broadcast = 8;
        default -> feature = Feature.valueOf(word);
      }
    }
    return new OpcodeRow(mask, value, mnemonic, feature, operands, flags, access, broadcast);
  }

  private void opcodeWord(String word) {
    switch (word) {
      case "NP" -> select(OpcodeRow.SELECT_PREFIX, 2, 0);
      case "m" -> {
        modRm = true;
        select(OpcodeRow.SELECT_REGISTER_FORM, 1, 0);
      }
      case "r" -> {
        modRm = true;
        select(OpcodeRow.SELECT_REGISTER_FORM, 1, 1);
      }
      case "mr" -> {
        modRm = true;
        flags |= OpcodeRow.MOD_IGNORED;
      }
      case "os16" -> select(OpcodeRow.SELECT_OPERAND_SIZE, 2, 0);
      case "os32" -> select(OpcodeRow.SELECT_OPERAND_SIZE, 2, 1);
      case "os64" -> select(OpcodeRow.SELECT_OPERAND_SIZE, 2, 2);
      case "b0" -> select(OpcodeRow.SELECT_REX_B, 1, 0);
      case "b1" -> select(OpcodeRow.SELECT_REX_B, 1, 1);
      default -> opcodeByte(word);
    }
  }

  private void opcodeByte(String word) {
    char first = word.charAt(0);
    if (first == '/') {
      modRm = true;
      select(3, 3, word.charAt(1) - '0');
    } else if (first == '=') {
      modRm = true;
      select(OpcodeRow.SELECT_MODRM, 8, hex(word.charAt(1)) << 4 | hex(word.charAt(2)));
      select(OpcodeRow.SELECT_REGISTER_FORM, 1, 1);
    } else if (word.startsWith("VEX") || word.startsWith("EVEX") || word.startsWith("XOP")) {
      extended(word);
    } else {
      int code = hex(first) << 4 | hex(word.charAt(1));
      if (opcode >= 0) {
        // What came before was an escape or a mandatory prefix.
        switch (opcode) {
          case 0x66 -> select(OpcodeRow.SELECT_PREFIX, 2, 1);
          case 0xF3 -> select(OpcodeRow.SELECT_PREFIX, 2, 2);
          case 0xF2 -> select(OpcodeRow.SELECT_PREFIX, 2, 3);
          case 0x0F, 0x38, 0x3A -> {}
          default -> throw bad("two opcode bytes without an escape");
        }
      }
      opcode = code;
      if (word.endsWith("+cc")) {
        flags |= OpcodeRow.CONDITION;
      }
    }
  }

  private void extended(String word) {
    for (String part : word.split("\\.", -1)) {
      switch (part) {
        case "VEX", "EVEX", "XOP", "LIG", "WIG", "0F", "0F38", "0F3A" -> {}
        case "MAP5", "MAP6", "MAP8", "MAP9", "MAPA" -> {}
        case "128", "L0" -> select(OpcodeRow.SELECT_LENGTH, 2, 0);
        case "256", "L1" -> select(OpcodeRow.SELECT_LENGTH, 2, 1);
        case "512" -> select(OpcodeRow.SELECT_LENGTH, 2, 2);
        case "NP" -> select(OpcodeRow.SELECT_PREFIX, 2, 0);
        case "66" -> select(OpcodeRow.SELECT_PREFIX, 2, 1);
        case "F3" -> select(OpcodeRow.SELECT_PREFIX, 2, 2);
        case "F2" -> select(OpcodeRow.SELECT_PREFIX, 2, 3);
        case "W0" -> select(OpcodeRow.SELECT_W, 1, 0);
        case "W1" -> select(OpcodeRow.SELECT_W, 1, 1);
        default -> throw bad("unknown part " + part + " of " + word);
      }
    }
  }

  private OperandSpec[] operands(String word) {
    if (word.equals("-")) {
      return NONE;
    }
    List<OperandSpec> list = new ArrayList<>(4);
    int start = 0;
    while (start <= word.length()) {
      int comma = word.indexOf(',', start);
      int end = comma < 0 ? word.length() : comma;
      String token = word.substring(start, end);
      OperandSpec spec = OperandSpec.parse(token);
      list.add(spec);
      modRm |= spec.source().needsModRm();
      switch (spec.source()) {
        case MEMORY, VECTOR_MEMORY -> select(OpcodeRow.SELECT_REGISTER_FORM, 1, 0);
        case VVVV_GPR, VVVV_MASK, VVVV_VECTOR, VVVV_TILE -> flags |= OpcodeRow.USES_VVVV;
        default -> {
          char letter = token.charAt(0);
          boolean registerOnly =
              letter == 'U' || letter == 'N' || letter == 'R' || token.startsWith("kR");
          if (registerOnly && (flags & OpcodeRow.MOD_IGNORED) == 0) {
            select(OpcodeRow.SELECT_REGISTER_FORM, 1, 1);
          }
        }
      }
      start = end + 1;
    }
    return list.toArray(OperandSpec[]::new);
  }

  private static int hex(char c) {
    return Character.digit(c, 16);
  }
}
