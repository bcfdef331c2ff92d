package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.Progress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where names are defined. Built on first need by running over all units once, on all processors;
 * of the types of one name the first definition is kept (C repeats them in each unit), of functions
 * and variables all. Thread-safe.
 */
final class NameIndex {
  /** Units that are searched before the whole index is built for a type. */
  private static final int QUICK_UNITS = 24;

  private static final int CHUNKS = 32;

  /** Marks offsets in .debug_types. */
  private static final long IN_TYPES = 1L << 62;

  private static final int MAX_ANSWERS = 10_000;

  private final Units units;
  private final Progress progress;
  private final ConcurrentHashMap<Asked, Long> answers = new ConcurrentHashMap<>();
  private volatile @Nullable Table table;

  NameIndex(Units units, Progress progress) {
    this.units = units;
    this.progress = progress;
  }

  /** A question about one unit. */
  private record Asked(int unit, NameScan.Kind kind, String name) {}

  /** Hashes, sorted, and the entries they stand for. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Table(long[] hashes, long[] offsets) {}

  /** Whether the index is complete, and looking up is quick. */
  boolean isBuilt() {
    return table != null;
  }

  /** The first definition of a type. */
  @Nullable Die type(NameScan.Kind kind, String name) {
    if (!isBuilt()) {
      int searched = 0;
      for (Unit unit : units.all()) {
        if (unit.end - unit.offset > 4096) {
          Die found = inUnit(unit, kind, name);
          if (found != null) {
            return found;
          }
          if (++searched >= QUICK_UNITS) {
            break;
          }
        }
      }
    }
    List<Die> found = find(kind, name);
    return found.isEmpty() ? null : found.getFirst();
  }

  /** The definition of a name in one unit; remembered, as watches ask again at each stop. */
  @Nullable Die inUnit(Unit unit, NameScan.Kind kind, String name) {
    Asked question = new Asked(unit.index, kind, name);
    Long known = answers.get(question);
    if (known == null) {
      known = search(unit, kind, name);
      if (answers.size() > MAX_ANSWERS) {
        answers.clear();
      }
      answers.put(question, known);
    }
    return known < 0 ? null : unit.die(known);
  }

  private long search(Unit unit, NameScan.Kind kind, String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    long[] found = {-1};
    try {
      NameScan.run(
          unit,
          (k, names, at, u, offset) -> {
            if (k == kind && equalsAt(names, at, wanted)) {
              found[0] = offset;
              return false;
            }
            return true;
          });
    } catch (MalformedDataException e) {
      units
          .problems()
          .add("the unit at 0x%x is damaged: %s".formatted(unit.offset, e.getMessage()));
    }
    return found[0];
  }

  /** All definitions of a kind in one unit, in the order of the file. */
  List<Die> allInUnit(Unit unit, NameScan.Kind kind) {
    List<Die> found = new ArrayList<>();
    NameScan.run(
        unit,
        (k, names, at, u, offset) -> {
          if (k == kind) {
            found.add(unit.die(offset));
          }
          return true;
        });
    return found;
  }

  private static boolean equalsAt(byte[] names, int at, byte[] wanted) {
    int end = at + wanted.length;
    return end < names.length
        && names[end] == 0
        && Arrays.equals(names, at, end, wanted, 0, wanted.length);
  }

  /** All definitions of a name, in the order of the file. */
  List<Die> find(NameScan.Kind kind, String name) {
    Table known = build();
    byte[] bytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
    long hash = hash(kind, bytes, 0);
    int at = Arrays.binarySearch(known.hashes, hash);
    List<Die> found = new ArrayList<>();
    if (at < 0) {
      return found;
    }
    while (at > 0 && known.hashes[at - 1] == hash) {
      at--;
    }
    for (; at < known.hashes.length && known.hashes[at] == hash; at++) {
      try {
        boolean inTypes = (known.offsets[at] & IN_TYPES) != 0;
        long offset = known.offsets[at] & ~IN_TYPES;
        DwarfSections sections = units.sections();
        Unit unit = units.containing(inTypes ? sections.types : sections.info, offset);
        Die die = unit.die(offset);
        if (name.equals(die.name())) {
          found.add(die);
        }
      } catch (MalformedDataException e) {
        units.problems().add("a definition of " + name + ": " + e.getMessage());
      }
    }
    found.sort(java.util.Comparator.comparingLong(die -> die.offset));
    return found;
  }

  /** Builds the index, unless it is there. */
  void prepare() {
    build();
  }

  private Table build() {
    Table known = table;
    if (known == null) {
      synchronized (this) {
        known = table;
        if (known == null) {
          known = scanAll();
          table = known;
        }
      }
    }
    return known;
  }

  private Table scanAll() {
    List<Unit> all = units.all();
    long total = all.isEmpty() ? 0 : all.stream().mapToLong(u -> u.end - u.offset).sum();
    AtomicLong done = new AtomicLong();
    List<Part> parts =
        IntStream.range(0, CHUNKS)
            .parallel()
            .mapToObj(
                chunk -> {
                  Part part = new Part();
                  for (int i = chunk; i < all.size(); i += CHUNKS) {
                    Unit unit = all.get(i);
                    scan(unit, part);
                    progress.report(
                        "Indexing debug information",
                        done.addAndGet(unit.end - unit.offset),
                        total);
                  }
                  return part;
                })
            .toList();
    return merge(parts);
  }

  private void scan(Unit unit, Part part) {
    try {
      NameScan.run(unit, part);
    } catch (MalformedDataException e) {
      units
          .problems()
          .add("the unit at 0x%x is damaged: %s".formatted(unit.offset, e.getMessage()));
    }
  }

  private static Table merge(List<Part> parts) {
    int count = parts.stream().mapToInt(p -> p.count).sum();
    long[][] rows = new long[count][];
    int n = 0;
    for (Part part : parts) {
      for (int i = 0; i < part.count; i++) {
        rows[n++] = new long[] {part.hashes[i], part.offsets[i]};
      }
    }
    Arrays.parallelSort(
        rows, (a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
    long[] hashes = new long[count];
    long[] offsets = new long[count];
    for (int i = 0; i < count; i++) {
      hashes[i] = rows[i][0];
      offsets[i] = rows[i][1];
    }
    return new Table(hashes, offsets);
  }

  /** FNV-1a over the kind and the name. */
  private static long hash(NameScan.Kind kind, byte[] names, int at) {
    long hash = 0xcbf29ce484222325L ^ kind.ordinal();
    for (int i = at; i < names.length && names[i] != 0; i++) {
      hash = (hash ^ names[i]) * 0x100000001b3L;
    }
    return hash;
  }

  /** What one thread found. */
  private static final class Part implements NameScan.Visitor {
    private long[] hashes = new long[1024];
    private long[] offsets = new long[1024];
    private int count;
    private final Set<Long> types = new HashSet<>();

    @Override
    public boolean visit(NameScan.Kind kind, byte[] names, int nameAt, Unit unit, long offset) {
      long hash = hash(kind, names, nameAt);
      boolean isType = kind != NameScan.Kind.FUNCTION && kind != NameScan.Kind.VARIABLE;
      if (isType && !types.add(hash)) {
        return true;
      }
      if (count == hashes.length) {
        hashes = Arrays.copyOf(hashes, count * 2);
        offsets = Arrays.copyOf(offsets, count * 2);
      }
      hashes[count] = hash;
      offsets[count++] = unit.inTypes() ? offset | IN_TYPES : offset;
      return true;
    }
  }
}
