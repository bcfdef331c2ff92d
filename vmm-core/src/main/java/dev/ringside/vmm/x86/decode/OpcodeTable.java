package dev.ringside.vmm.x86.decode;

import java.io.ByteArrayOutputStream;
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
 * The opcode maps, from the {@code opcodes-*.txt} resources. A resource is read with the first
 * instruction that needs it, and then only indexed by opcode: the rows of an opcode are parsed when
 * it is first met, since a program uses few of the opcodes there are. For any thread.
 */
final class OpcodeTable {
  static final int MAP_ONE_BYTE = 0;
  static final int MAP_0F = 1;
  static final int MAP_0F38 = 2;
  static final int MAP_0F3A = 3;
  private static final int MAPS = 11;

  /** Opcodes without VEX and EVEX. */
  static final class Legacy {
    static final OpcodeTable TABLE = new OpcodeTable("opcodes-legacy.txt", "opcodes-simd.txt");

    private Legacy() {}
  }

  /** VEX and XOP opcodes. */
  static final class Vex {
    static final OpcodeTable TABLE = new OpcodeTable("opcodes-vex.txt");

    private Vex() {}
  }

  /** What can be encoded with VEX. */
  static final class VexMnemonics {
    static final Set<Mnemonic> ALL = Vex.TABLE.mnemonics();

    private VexMnemonics() {}
  }

  /** EVEX opcodes. */
  static final class Evex {
    static final OpcodeTable TABLE = new OpcodeTable("opcodes-evex.txt");

    private Evex() {}
  }

  private final byte[] text;

  /** First and last row of an opcode, at {@code map << 8 | opcode}; -1 for none. */
  private final int[] firstRow = new int[MAPS << 8];

  private final int[] lastRow = new int[MAPS << 8];

  /** Where a row starts in the text, and which is the next row of the same opcode. */
  private int[] rowStart = new int[2048];

  private int[] nextRow = new int[2048];
  private int rowCount;

  /** What has been parsed. Slots are immutable: a race parses one twice, and that is all. */
  private final @Nullable OpcodeSlot[] slots = new OpcodeSlot[MAPS << 8];

  private OpcodeTable(String... resources) {
    text = read(resources);
    Arrays.fill(firstRow, -1);
    int start = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\n') {
        if (i > start && text[start] != '#') {
          index(start);
        }
        start = i + 1;
      }
    }
  }

  private static byte[] read(String... resources) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(1 << 16);
    for (String resource : resources) {
      try (InputStream in = OpcodeTable.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IllegalStateException(
              "opcode table " + resource + " is missing from the build: rebuild vmm-core");
        }
        in.transferTo(all);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the opcode table " + resource, e);
      }
    }
    return all.toByteArray();
  }

  /** Finds out which opcodes a row is of: the words before the colon. */
  private void index(int start) {
    int map = MAP_ONE_BYTE;
    int opcode = -1;
    int repeat = 1;
    int at = start;
    while (text[at] != ':') {
      int from = at;
      while (text[at] > ' ') {
        at++;
      }
      int length = at - from;
      if (length > 5 && (text[from] == 'V' || text[from] == 'E' || text[from] == 'X')) {
        map = extendedMap(from, at);
      } else if (length >= 2 && isHex(text[from]) && isHex(text[from + 1])) {
        int code = hex(text[from]) << 4 | hex(text[from + 1]);
        if (opcode == 0x0F && map == MAP_ONE_BYTE) {
          map = code == 0x38 ? MAP_0F38 : code == 0x3A ? MAP_0F3A : MAP_0F;
        }
        opcode = code;
        repeat = length == 4 ? 8 : length == 5 ? 16 : 1;
      }
      while (text[at] == ' ') {
        at++;
      }
    }
    for (int i = 0; i < repeat; i++) {
      add(map << 8 | opcode + i, start);
    }
  }

  /** The map that {@code VEX.256.66.0F38.W0} names: in the part that starts with 0F or M. */
  private int extendedMap(int from, int to) {
    for (int i = from; i + 2 < to; i++) {
      if (text[i] == '.' && text[i + 1] == 'M') {
        return hex(text[i + 4]);
      }
      if (text[i] == '.' && text[i + 1] == '0') {
        boolean two = i + 4 >= to || text[i + 3] != '3';
        return two ? MAP_0F : text[i + 4] == '8' ? MAP_0F38 : MAP_0F3A;
      }
    }
    throw new IllegalStateException(
        "opcode table: no map in " + new String(text, from, to - from, StandardCharsets.US_ASCII));
  }

  private void add(int slot, int start) {
    if (rowCount == rowStart.length) {
      rowStart = Arrays.copyOf(rowStart, rowCount * 2);
      nextRow = Arrays.copyOf(nextRow, rowCount * 2);
    }
    rowStart[rowCount] = start;
    nextRow[rowCount] = -1;
    if (firstRow[slot] < 0) {
      firstRow[slot] = rowCount;
    } else {
      nextRow[lastRow[slot]] = rowCount;
    }
    lastRow[slot] = rowCount++;
  }

  private static boolean isHex(byte c) {
    return c >= '0' && c <= '9' || c >= 'A' && c <= 'F';
  }

  private static int hex(byte c) {
    return c <= '9' ? c - '0' : c - 'A' + 10;
  }

  /** The rows of an opcode, or null: undefined. */
  @Nullable OpcodeSlot slot(int map, int opcode) {
    int index = map << 8 | opcode;
    OpcodeSlot slot = slots[index];
    return slot != null || firstRow[index] < 0 ? slot : parse(index);
  }

  private OpcodeSlot parse(int index) {
    List<OpcodeRow> rows = new ArrayList<>(4);
    boolean modRm = false;
    for (int row = firstRow[index]; row >= 0; row = nextRow[row]) {
      int start = rowStart[row];
      int end = start;
      while (text[end] != '\n') {
        end++;
      }
      OpcodeRowParser.Parsed parsed =
          OpcodeRowParser.parse(new String(text, start, end - start, StandardCharsets.ISO_8859_1));
      rows.add(parsed.row());
      modRm |= parsed.modRm();
    }
    OpcodeSlot slot = new OpcodeSlot(modRm, rows);
    slots[index] = slot;
    return slot;
  }

  /** The mnemonics of all rows, which are parsed for it. */
  Set<Mnemonic> mnemonics() {
    EnumSet<Mnemonic> all = EnumSet.noneOf(Mnemonic.class);
    for (int index = 0; index < slots.length; index++) {
      OpcodeSlot slot = slot(index >> 8, index & 0xFF);
      if (slot != null) {
        for (OpcodeRow row : slot.rows) {
          all.add(row.mnemonic);
        }
      }
    }
    return Collections.unmodifiableSet(all);
  }
}
