package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.LineMatch;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.SourceFile;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The line tables of all units, decoded when first needed and held softly. Thread-safe. */
final class Lines {
  private final Units units;
  private final long bias;
  private final ConcurrentHashMap<Integer, SoftReference<LineTable>> tables =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, List<Named>> byPath = new ConcurrentHashMap<>();

  /** A file in the table of a unit. */
  private record Named(Unit unit, SourceFile file) {}

  Lines(Units units, long bias) {
    this.units = units;
    this.bias = bias;
  }

  /** The line table of a unit; null if it has none that can be read. */
  @Nullable LineTable of(Unit unit) {
    SoftReference<LineTable> held = tables.get(unit.index);
    LineTable table = held == null ? null : held.get();
    if (table == null) {
      try {
        table = LineTable.read(unit, bias);
      } catch (MalformedDataException e) {
        units
            .problems()
            .add("the unit at 0x%x has no line table: %s".formatted(unit.offset, e.getMessage()));
      }
      if (table != null) {
        tables.put(unit.index, new SoftReference<>(table));
      }
    }
    return table;
  }

  Optional<LineRow> at(long address) {
    Unit unit = units.at(address - bias);
    LineTable table = unit == null ? null : of(unit);
    return table == null ? Optional.empty() : Optional.ofNullable(table.at(address));
  }

  List<LineRow> between(long low, long high) {
    Unit unit = units.at(low - bias);
    LineTable table = unit == null ? null : of(unit);
    return table == null ? List.of() : table.between(low, high);
  }

  /** Where a line's code is; empty if the file is unknown or has no code from there on. */
  Optional<LineMatch> find(String path, int line) {
    Map<Unit, BitSet> numbers = numbers(path);
    int nearest = 0;
    for (Map.Entry<Unit, BitSet> entry : numbers.entrySet()) {
      LineTable table = of(entry.getKey());
      int found = table == null ? 0 : table.nearestLine(entry.getValue(), line);
      if (found != 0 && (nearest == 0 || found < nearest)) {
        nearest = found;
      }
    }
    if (nearest == 0) {
      return Optional.empty();
    }
    List<LineRow> rows = new ArrayList<>();
    for (Map.Entry<Unit, BitSet> entry : numbers.entrySet()) {
      LineTable table = of(entry.getKey());
      if (table != null) {
        table.collect(entry.getValue(), nearest, rows);
      }
    }
    rows.sort(Comparator.comparing(LineRow::address, Long::compareUnsigned));
    return Optional.of(new LineMatch(line, nearest, rows));
  }

  /** Lines of a file that have statements, between two lines inclusive. */
  List<Integer> linesWithCode(String path, int from, int to) {
    BitSet found = new BitSet();
    for (Map.Entry<Unit, BitSet> entry : numbers(path).entrySet()) {
      LineTable table = of(entry.getKey());
      if (table != null) {
        found.or(table.linesOf(entry.getValue()));
      }
    }
    return found.stream().filter(line -> line >= from && line <= to).boxed().toList();
  }

  private Map<Unit, BitSet> numbers(String path) {
    Map<Unit, BitSet> numbers = new HashMap<>();
    for (Named named : named(path)) {
      LineTable table = of(named.unit);
      if (table != null) {
        numbers.computeIfAbsent(named.unit, u -> new BitSet()).or(table.numbersOf(named.file));
      }
    }
    return numbers;
  }

  /** The files a client's path means: those of exactly that path, else those that match. */
  List<SourceFile> files(String path) {
    return named(path).stream().map(Named::file).distinct().toList();
  }

  private List<Named> named(String path) {
    String normal = SourceFile.normalize(path);
    List<Named> known = byPath.get(normal);
    if (known == null) {
      String last = normal.substring(normal.lastIndexOf('/') + 1);
      FileNames names = new FileNames(units.sections(), last);
      List<Named> matching =
          last.isEmpty()
              ? List.of()
              : units.all().parallelStream()
                  .flatMap(unit -> matching(unit, names, normal).stream())
                  .toList();
      List<Named> exact = matching.stream().filter(n -> n.file.path().equals(normal)).toList();
      known = exact.isEmpty() ? matching : exact;
      byPath.put(normal, known);
    }
    return known;
  }

  private List<Named> matching(Unit unit, FileNames last, String path) {
    LineHeader header = header(unit);
    return header == null
        ? List.of()
        : header.filesEndingIn(last).stream()
            .filter(file -> file.matches(path))
            .distinct()
            .map(file -> new Named(unit, file))
            .toList();
  }

  private @Nullable LineHeader header(Unit unit) {
    if (!unit.isCode()) {
      return null;
    }
    SoftReference<LineTable> held = tables.get(unit.index);
    LineTable table = held == null ? null : held.get();
    try {
      return table != null ? table.header() : LineHeader.read(unit);
    } catch (MalformedDataException e) {
      units
          .problems()
          .add("the unit at 0x%x has no line table: %s".formatted(unit.offset, e.getMessage()));
      return null;
    }
  }

  /** Every file that a line table names, by path. */
  List<SourceFile> allFiles() {
    TreeMap<String, SourceFile> found = new TreeMap<>();
    for (Unit unit : units.all()) {
      LineHeader header = header(unit);
      if (header != null) {
        for (SourceFile file : header.allFiles()) {
          found.putIfAbsent(file.path(), file);
        }
      }
    }
    return List.copyOf(found.values());
  }
}
