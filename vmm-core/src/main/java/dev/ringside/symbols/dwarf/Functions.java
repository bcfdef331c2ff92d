package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.AddressRange;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which subprogram's code is at an address. Addresses without bias. Thread-safe. */
final class Functions {
  static final int MAX_DEPTH = 128;

  private final Units units;
  private final ConcurrentHashMap<Integer, SoftReference<List<Code>>> tables =
      new ConcurrentHashMap<>();

  /** A subprogram with code. */
  record Code(long dieOffset, List<AddressRange> ranges) {
    boolean contains(long address) {
      for (AddressRange range : ranges) {
        if (range.contains(address)) {
          return true;
        }
      }
      return false;
    }
  }

  Functions(Units units) {
    this.units = units;
  }

  Units units() {
    return units;
  }

  /** The subprogram whose code covers an address, null if none does. */
  @Nullable Die subprogramAt(long address) {
    Unit unit = units.at(address);
    if (unit == null) {
      return null;
    }
    for (Code code : of(unit)) {
      if (code.contains(address)) {
        return unit.die(code.dieOffset);
      }
    }
    return null;
  }

  /** The subprograms of a unit that have code. */
  List<Code> of(Unit unit) {
    SoftReference<List<Code>> held = tables.get(unit.index);
    List<Code> table = held == null ? null : held.get();
    if (table == null) {
      table = new ArrayList<>();
      try {
        noteSplit(unit);
        collect(unit.root(), table, 0);
      } catch (MalformedDataException e) {
        units
            .problems()
            .add(
                "the unit at 0x%x is damaged: %s: functions are missing"
                    .formatted(unit.offset, e.getMessage()));
      }
      tables.put(unit.index, new SoftReference<>(table));
    }
    return table;
  }

  private void noteSplit(Unit unit) {
    for (int attribute : new int[] {Dw.AT_dwo_name, Dw.AT_GNU_dwo_name}) {
      String file = unit.root().string(attribute);
      if (file != null) {
        units
            .problems()
            .add(
                "functions and variables of %s are in %s, which is not read; compile without"
                        .formatted(unit.root().string(Dw.AT_name), file)
                    + " -gsplit-dwarf");
      }
    }
  }

  private void collect(Die parent, List<Code> to, int depth) {
    parent.unit.forEachChild(
        parent,
        child -> {
          switch (child.tag) {
            case Dw.TAG_subprogram -> {
              List<AddressRange> ranges =
                  Ranges.of(child).stream()
                      .filter(r -> units.sections().isLoaded(r.low()))
                      .toList();
              if (!ranges.isEmpty()) {
                to.add(new Code(child.offset, ranges));
              }
            }
            case Dw.TAG_namespace,
                Dw.TAG_module,
                Dw.TAG_structure_type,
                Dw.TAG_class_type,
                Dw.TAG_union_type -> {
              if (depth < MAX_DEPTH) {
                collect(child, to, depth + 1);
              }
            }
            default -> {
              // no code inside
            }
          }
          return true;
        });
  }

  /** Where a subprogram or inlined subroutine begins to run (2.18). */
  static OptionalLong entryOf(Die die) {
    int i = die.index(Dw.AT_entry_pc);
    OptionalLong low = die.address(Dw.AT_low_pc);
    if (i >= 0) {
      OptionalLong address = die.address(Dw.AT_entry_pc);
      if (address.isPresent()) {
        return address;
      }
      List<AddressRange> ranges = Ranges.of(die);
      long base =
          low.isPresent() ? low.getAsLong() : ranges.isEmpty() ? 0 : ranges.getFirst().low();
      return OptionalLong.of(base + die.value(i));
    }
    if (low.isPresent()) {
      return low;
    }
    List<AddressRange> ranges = Ranges.of(die);
    return ranges.isEmpty() ? OptionalLong.empty() : OptionalLong.of(ranges.getFirst().low());
  }
}
