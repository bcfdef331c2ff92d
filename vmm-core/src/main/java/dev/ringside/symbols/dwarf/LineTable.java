package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.SourceFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one unit's line table, in sequences of rising addresses (6.2.2). Addresses are
 * without bias inside and with bias outside. Immutable.
 */
final class LineTable {
  private static final int IS_STATEMENT = 1;
  private static final int PROLOGUE_END = 2;

  private final LineHeader header;
  private final long bias;
  private final long[] addresses;
  private final int[] files;
  private final int[] lines;
  private final int[] columns;
  private final byte[] flags;
  private final Sequence[] sequences;

  /** Rows {@code first} to before {@code end}, which cover {@code low} to before {@code high}. */
  private record Sequence(int first, int end, long low, long high) {}

  private LineTable(LineHeader header, long bias, Builder b) {
    this.header = header;
    this.bias = bias;
    addresses = Arrays.copyOf(b.addresses, b.count);
    files = Arrays.copyOf(b.files, b.count);
    lines = Arrays.copyOf(b.lines, b.count);
    columns = Arrays.copyOf(b.columns, b.count);
    flags = Arrays.copyOf(b.flags, b.count);
    b.sequences.sort(Comparator.comparing(Sequence::low, Long::compareUnsigned));
    sequences = b.sequences.toArray(new Sequence[0]);
  }

  /** Decodes a unit's table; null if it has none. Damage is noted and ends the table. */
  static @Nullable LineTable read(Unit unit, long bias) {
    LineHeader header = LineHeader.read(unit);
    if (header == null) {
      return null;
    }
    Builder builder = new Builder(unit.sections());
    try {
      LineProgram.run(header, builder);
    } catch (MalformedDataException e) {
      unit.units()
          .problems()
          .add(
              "the line table of the unit at 0x%x is damaged: %s"
                  .formatted(unit.offset, e.getMessage()));
    }
    return new LineTable(header, bias, builder);
  }

  LineHeader header() {
    return header;
  }

  /**
   * The row that covers an address. Of several rows for one address the last counts, but a
   * statement's before others, as GDB has it; null if none does or its line is 0.
   */
  @Nullable LineRow at(long address) {
    long wanted = address - bias;
    Sequence sequence = sequenceAt(wanted);
    if (sequence == null) {
      return null;
    }
    int row = lastAt(sequence, wanted);
    int best = row;
    while (best > sequence.first
        && addresses[best - 1] == addresses[row]
        && lines[best - 1] != 0
        && !isStatement(best)) {
      best--;
    }
    return row(isStatement(best) ? best : row, sequence);
  }

  private @Nullable Sequence sequenceAt(long address) {
    int low = 0;
    int high = sequences.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(sequences[middle].low, address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high >= 0 && Long.compareUnsigned(address, sequences[high].high) < 0
        ? sequences[high]
        : null;
  }

  /** The last row of a sequence at or before an address inside it. */
  private int lastAt(Sequence sequence, long address) {
    int low = sequence.first;
    int high = sequence.end - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(addresses[middle], address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  private boolean isStatement(int row) {
    return (flags[row] & IS_STATEMENT) != 0;
  }

  private LineRow row(int i, Sequence sequence) {
    return new LineRow(
        addresses[i] + bias,
        endOf(i, sequence) + bias,
        header.file(files[i]),
        lines[i],
        columns[i],
        isStatement(i),
        (flags[i] & PROLOGUE_END) != 0);
  }

  private long endOf(int i, Sequence sequence) {
    int next = i + 1;
    while (next < sequence.end && addresses[next] == addresses[i]) {
      next++;
    }
    return next < sequence.end ? addresses[next] : sequence.high;
  }

  /** All rows that cover bytes between two addresses, in order. */
  List<LineRow> between(long low, long high) {
    List<LineRow> found = new ArrayList<>();
    for (Sequence sequence : sequences) {
      if (Long.compareUnsigned(sequence.low, high - bias) < 0
          && Long.compareUnsigned(low - bias, sequence.high) < 0) {
        for (int i = sequence.first; i < sequence.end; i++) {
          LineRow row = row(i, sequence);
          if (Long.compareUnsigned(row.address(), high) < 0
              && Long.compareUnsigned(low, row.endAddress()) < 0) {
            found.add(row);
          }
        }
      }
    }
    return found;
  }

  /** Which of the table's file numbers name a file. */
  BitSet numbersOf(SourceFile file) {
    BitSet found = new BitSet();
    for (int i = 0; i < header.fileCount(); i++) {
      if (header.file(i).path().equals(file.path())) {
        found.set(i);
      }
    }
    return found;
  }

  /** The smallest line at or after {@code line} that has statements in one of the files, or 0. */
  int nearestLine(BitSet fileNumbers, int line) {
    int best = 0;
    for (Sequence sequence : sequences) {
      for (int i = sequence.first; i < sequence.end; i++) {
        if (lines[i] >= line
            && (best == 0 || lines[i] < best)
            && fileNumbers.get(files[i])
            && isPlace(i, sequence)) {
          best = lines[i];
        }
      }
    }
    return best;
  }

  /**
   * Whether a breakpoint can go on a row: a statement, and not one without code whose address a
   * statement of another file takes over (GDB drops those too).
   */
  private boolean isPlace(int row, Sequence sequence) {
    if (!isStatement(row)) {
      return false;
    }
    for (int i = row + 1; i < sequence.end && addresses[i] == addresses[row]; i++) {
      if (files[i] != files[row] && isStatement(i)) {
        return false;
      }
    }
    return true;
  }

  /** The first row of each run of consecutive rows of a line; statements only, if it has any. */
  void collect(BitSet fileNumbers, int line, List<LineRow> to) {
    for (Sequence sequence : sequences) {
      boolean inRun = false;
      for (int i = sequence.first; i < sequence.end; i++) {
        boolean matches = lines[i] == line && fileNumbers.get(files[i]);
        if (matches && !inRun && isPlace(i, sequence)) {
          to.add(row(i, sequence));
          inRun = true;
        } else if (!matches) {
          inRun = false;
        }
      }
    }
  }

  /** The lines of a file that have statements. */
  BitSet linesOf(BitSet fileNumbers) {
    BitSet found = new BitSet();
    for (Sequence sequence : sequences) {
      for (int i = sequence.first; i < sequence.end; i++) {
        if (lines[i] > 0 && fileNumbers.get(files[i]) && isPlace(i, sequence)) {
          found.set(lines[i]);
        }
      }
    }
    return found;
  }

  /** The address of a row marked prologue_end in a function. Addresses with bias. */
  OptionalLong prologueEnd(long low, long high) {
    for (LineRow row : between(low, high)) {
      if (row.prologueEnd() && Long.compareUnsigned(row.address(), low) > 0) {
        return OptionalLong.of(row.address());
      }
    }
    return OptionalLong.empty();
  }

  /** Collects rows while a program runs. */
  static final class Builder {
    private final DwarfSections sections;
    private long[] addresses = new long[256];
    private int[] files = new int[256];
    private int[] lines = new int[256];
    private int[] columns = new int[256];
    private byte[] flags = new byte[256];
    private int count;
    private int sequenceStart;
    private boolean sorted = true;
    private final List<Sequence> sequences = new ArrayList<>();

    Builder(DwarfSections sections) {
      this.sections = sections;
    }

    void row(long address, int file, int line, int column, boolean isStmt, boolean prologueEnd) {
      if (count == addresses.length) {
        int size = count * 2;
        addresses = Arrays.copyOf(addresses, size);
        files = Arrays.copyOf(files, size);
        lines = Arrays.copyOf(lines, size);
        columns = Arrays.copyOf(columns, size);
        flags = Arrays.copyOf(flags, size);
      }
      if (count > sequenceStart && Long.compareUnsigned(address, addresses[count - 1]) < 0) {
        sorted = false;
      }
      addresses[count] = address;
      files[count] = file;
      lines[count] = line;
      columns[count] = column;
      flags[count++] = (byte) ((isStmt ? IS_STATEMENT : 0) | (prologueEnd ? PROLOGUE_END : 0));
    }

    /** Keeps the sequence, unless it is empty, out of order, or of code that was not linked. */
    void endSequence(long end) {
      if (count > sequenceStart
          && sorted
          && Long.compareUnsigned(addresses[count - 1], end) <= 0
          && addresses[sequenceStart] != end
          && sections.isLoaded(addresses[sequenceStart])) {
        sequences.add(new Sequence(sequenceStart, count, addresses[sequenceStart], end));
        sequenceStart = count;
      } else {
        count = sequenceStart;
      }
      sorted = true;
    }
  }
}
