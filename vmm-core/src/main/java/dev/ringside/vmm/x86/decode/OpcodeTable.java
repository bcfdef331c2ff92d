package dev.ringside.vmm.x86.decode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The opcode maps, read from the {@code opcodes-*.txt} resources when first needed: legacy opcodes
 * at once, VEX and EVEX opcodes with the first such instruction. The notation of the rows is
 * explained in {@code opcodes-legacy.txt}.
 */
final class OpcodeTable {
  static final int MAP_ONE_BYTE = 0;
  static final int MAP_0F = 1;
  static final int MAP_0F38 = 2;
  static final int MAP_0F3A = 3;
  static final int MAPS = 7;

  private OpcodeTable() {}

  /** Opcodes without VEX or EVEX, at {@code map << 8 | opcode}. */
  static final class Legacy {
    static final @Nullable Slot[] SLOTS = load("opcodes-legacy.txt", "opcodes-simd.txt");

    private Legacy() {}
  }

  /** VEX opcodes. */
  static final class Vex {
    static final @Nullable Slot[] SLOTS = load("opcodes-vex.txt");

    /** What can be encoded with VEX. */
    static final Set<Mnemonic> MNEMONICS = mnemonics();

    private static Set<Mnemonic> mnemonics() {
      EnumSet<Mnemonic> all = EnumSet.noneOf(Mnemonic.class);
      for (Slot slot : SLOTS) {
        if (slot != null) {
          for (OpcodeRow row : slot.rows) {
            all.add(row.mnemonic);
          }
        }
      }
      return Collections.unmodifiableSet(all);
    }

    private Vex() {}
  }

  /** EVEX opcodes. */
  static final class Evex {
    static final @Nullable Slot[] SLOTS = load("opcodes-evex.txt");

    private Evex() {}
  }

  /** All rows of one opcode. */
  static final class Slot {
    final boolean modRm;
    private final OpcodeRow[] rows;
    private final OpcodeRow @Nullable [][] byPrefixAndReg;

    Slot(boolean modRm, List<OpcodeRow> all) {
      this.modRm = modRm;
      rows = all.toArray(OpcodeRow[]::new);
      byPrefixAndReg = rows.length > 2 ? spread(rows) : null;
    }

    private static OpcodeRow[][] spread(OpcodeRow[] rows) {
      int keyMask = 3 << OpcodeRow.SELECT_PREFIX | 0x38;
      OpcodeRow[][] spread = new OpcodeRow[32][];
      OpcodeRow[] buffer = new OpcodeRow[rows.length];
      for (int key = 0; key < 32; key++) {
        int selector = (key >> 3) << OpcodeRow.SELECT_PREFIX | (key & 7) << 3;
        int count = 0;
        for (OpcodeRow row : rows) {
          if (((selector ^ row.value) & row.mask & keyMask) == 0) {
            buffer[count++] = row;
          }
        }
        spread[key] = Arrays.copyOf(buffer, count);
      }
      return spread;
    }

    /** The row that applies, or null: undefined. */
    @Nullable OpcodeRow find(int selector) {
      OpcodeRow[] candidates =
          byPrefixAndReg == null
              ? rows
              : byPrefixAndReg[
                  (selector >> OpcodeRow.SELECT_PREFIX & 3) << 3 | (selector >> 3 & 7)];
      for (OpcodeRow row : candidates) {
        if ((selector & row.mask) == row.value) {
          return row;
        }
      }
      return null;
    }
  }

  private static @Nullable Slot[] load(String... resources) {
    @Nullable List<OpcodeRow>[] rows = newLists();
    boolean[] modRm = new boolean[MAPS << 8];
    for (String resource : resources) {
      new Reader(read(resource), resource, rows, modRm).readAll();
    }
    @Nullable Slot[] slots = new Slot[MAPS << 8];
    for (int i = 0; i < slots.length; i++) {
      List<OpcodeRow> list = rows[i];
      if (list != null) {
        slots[i] = new Slot(modRm[i], list);
      }
    }
    return slots;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable List<OpcodeRow>[] newLists() {
    return new List[MAPS << 8];
  }

  private static String read(String resource) {
    try (InputStream in = OpcodeTable.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "opcode table " + resource + " is missing from the build: rebuild vmm-core");
      }
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the opcode table " + resource, e);
    }
  }

  /** Parser of one resource. */
  private static final class Reader {
    private final String text;
    private final String resource;
    private final @Nullable List<OpcodeRow>[] rows;
    private final boolean[] needsModRm;
    private int line;

    // The row being read.
    private int mask;
    private int value;
    private int map;
    private int opcode;
    private int repeat;
    private boolean modRm;
    private int flags;

    Reader(String text, String resource, @Nullable List<OpcodeRow>[] rows, boolean[] needsModRm) {
      this.text = text;
      this.resource = resource;
      this.rows = rows;
      this.needsModRm = needsModRm;
    }

    void readAll() {
      int start = 0;
      List<String> words = new ArrayList<>();
      while (start < text.length()) {
        int end = text.indexOf('\n', start);
        if (end < 0) {
          end = text.length();
        }
        line++;
        if (end > start && text.charAt(start) != '#') {
          int colon = split(start, end, words);
          row(words, colon);
        }
        start = end + 1;
      }
    }

    /** Splits a line into words; returns how many come before the colon. */
    private int split(int start, int end, List<String> words) {
      words.clear();
      int colon = -1;
      int at = start;
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
        throw bad("expected 'opcode : MNEMONIC operands attributes'");
      }
      return colon;
    }

    private IllegalStateException bad(String why) {
      return new IllegalStateException(resource + ":" + line + ": " + why);
    }

    private void select(int bit, int width, int wanted) {
      mask |= ((1 << width) - 1) << bit;
      value |= wanted << bit;
    }

    private void row(List<String> words, int colon) {
      mask = 0;
      value = 0;
      map = MAP_ONE_BYTE;
      opcode = -1;
      repeat = 1;
      modRm = false;
      flags = 0;
      for (int i = 0; i < colon; i++) {
        opcodeWord(words.get(i));
      }
      Mnemonic mnemonic = Mnemonic.valueOf(words.get(colon));
      OperandSpec[] operands = operands(words.get(colon + 1));
      Feature feature = Feature.BASE;
      int access = 1 | 2 | 1 << 2 | 1 << 4 | 1 << 6 | 1 << 8;
      int broadcast = 0;
      for (int i = colon + 2; i < words.size(); i++) {
        String word = words.get(i);
        switch (word) {
          case "r" -> access &= ~2;
          case "w" -> access &= ~1;
          case "x" -> access |= 1 << 3;
          case "lock" -> flags |= OpcodeRow.LOCKABLE;
          case "d64" -> flags |= OpcodeRow.DEFAULT64;
          case "f64" -> flags |= OpcodeRow.FORCE64;
          case "i64" -> select(OpcodeRow.SELECT_MODE64, 1, 0);
          case "o64" -> select(OpcodeRow.SELECT_MODE64, 1, 1);
          case "notcs" -> flags |= OpcodeRow.NOT_CS;
          case "ud" -> flags |= OpcodeRow.UNDEFINED;
          case "align" -> flags |= OpcodeRow.ALIGNED;
          case "er" -> flags |= OpcodeRow.ROUNDING;
          case "sae" -> flags |= OpcodeRow.SUPPRESS;
          case "nomask" -> flags |= OpcodeRow.NO_MASK;
          case "nz" -> flags |= OpcodeRow.NO_ZEROING;
          case "gather" -> flags |= OpcodeRow.GATHER;
          case "b16" -> broadcast = 2;
          case "b32" -> broadcast = 4;
          case "b64" -> broadcast = 8;
          default -> feature = Feature.valueOf(word);
        }
      }
      OpcodeRow row =
          new OpcodeRow(mask, value, mnemonic, feature, operands, flags, access, broadcast);
      for (int i = 0; i < repeat; i++) {
        int index = map << 8 | opcode + i;
        List<OpcodeRow> list = rows[index];
        if (list == null) {
          list = new ArrayList<>(2);
          rows[index] = list;
        }
        list.add(row);
        needsModRm[index] |= modRm;
      }
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
      } else if (word.startsWith("VEX") || word.startsWith("EVEX")) {
        extended(word);
      } else {
        int code = hex(first) << 4 | hex(word.charAt(1));
        if (opcode >= 0) {
          // What came before was an escape or a mandatory prefix.
          switch (opcode) {
            case 0x0F -> map = code == 0x38 ? MAP_0F38 : code == 0x3A ? MAP_0F3A : MAP_0F;
            case 0x66 -> select(OpcodeRow.SELECT_PREFIX, 2, 1);
            case 0xF3 -> select(OpcodeRow.SELECT_PREFIX, 2, 2);
            case 0xF2 -> select(OpcodeRow.SELECT_PREFIX, 2, 3);
            case 0x38, 0x3A -> {}
            default -> throw bad("two opcode bytes without an escape");
          }
        }
        opcode = code;
        if (word.endsWith("+r")) {
          repeat = 8;
        } else if (word.endsWith("+cc")) {
          repeat = 16;
          flags |= OpcodeRow.CONDITION;
        }
      }
    }

    private void extended(String word) {
      for (String part : word.split("\\.", -1)) {
        switch (part) {
          case "VEX", "EVEX", "LIG", "WIG" -> {}
          case "128", "L0" -> select(OpcodeRow.SELECT_LENGTH, 2, 0);
          case "256", "L1" -> select(OpcodeRow.SELECT_LENGTH, 2, 1);
          case "512" -> select(OpcodeRow.SELECT_LENGTH, 2, 2);
          case "NP" -> select(OpcodeRow.SELECT_PREFIX, 2, 0);
          case "66" -> select(OpcodeRow.SELECT_PREFIX, 2, 1);
          case "F3" -> select(OpcodeRow.SELECT_PREFIX, 2, 2);
          case "F2" -> select(OpcodeRow.SELECT_PREFIX, 2, 3);
          case "0F" -> map = MAP_0F;
          case "0F38" -> map = MAP_0F38;
          case "0F3A" -> map = MAP_0F3A;
          case "MAP5" -> map = 5;
          case "MAP6" -> map = 6;
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

  private static final OperandSpec[] NONE = {};
}
