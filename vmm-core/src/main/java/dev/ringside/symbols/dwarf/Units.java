package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.ElfSection;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.AddressRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All units of a file: by offset, by the addresses they cover, by type signature. Only headers are
 * read at first. Thread-safe.
 */
final class Units {
  private final DwarfSections sections;
  private final Problems problems;
  private final List<Unit> all = new ArrayList<>();
  private final Map<Long, Unit> signatures = new HashMap<>();
  private volatile @Nullable UnitRanges ranges;
  private final Recent recent = new Recent();

  Units(DwarfSections sections, Problems problems) {
    this.sections = sections;
    this.problems = problems;
    readHeaders(sections.info);
    readHeaders(sections.types);
  }

  private void readHeaders(ElfSection section) {
    long at = 0;
    try {
      while (at < section.size()) {
        Unit unit = Unit.read(this, section, at, all.size());
        all.add(unit);
        if (unit.type == Dw.UT_type) {
          signatures.put(unit.signature, unit);
        }
        at = unit.end;
      }
    } catch (MalformedDataException e) {
      problems.add(
          "%s is damaged at 0x%x (%s): what follows is ignored"
              .formatted(section.name(), at, e.getMessage()));
    }
  }

  DwarfSections sections() {
    return sections;
  }

  Recent recent() {
    return recent;
  }

  Problems problems() {
    return problems;
  }

  List<Unit> all() {
    return all;
  }

  /** The unit of a section that an offset lies in. */
  Unit containing(ElfSection section, long offset) {
    int low = 0;
    int high = all.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Unit unit = all.get(middle);
      boolean before = unit.section == section ? unit.end <= offset : unit.section == sections.info;
      if (before) {
        low = middle + 1;
      } else if (unit.section == section && unit.offset <= offset) {
        return unit;
      } else {
        high = middle - 1;
      }
    }
    throw new MalformedDataException(
        "a reference to 0x%x, behind %s".formatted(offset, section.name()));
  }

  /** The entry at an offset, which is mostly in the referring unit. */
  Die die(Unit from, long offset) {
    return offset >= from.offset && offset < from.end
        ? from.die(offset)
        : containing(sections.info, offset).die(offset);
  }

  Die bySignature(long signature) {
    Unit unit = signatures.get(signature);
    if (unit == null) {
      throw new MalformedDataException(
          "no type unit has the signature 0x" + Long.toHexString(signature));
    }
    return unit.die(unit.offset + unit.typeOffset);
  }

  /** The unit whose code covers an address (without bias), null if none does. */
  @Nullable Unit at(long address) {
    UnitRanges known = ranges;
    if (known == null) {
      synchronized (this) {
        known = ranges;
        if (known == null) {
          known = readAranges();
          ranges = known;
        }
      }
    }
    int found = known.find(address);
    if (found < 0 && !known.complete()) {
      synchronized (this) {
        known = completed(known);
        ranges = known;
      }
      found = known.find(address);
    }
    return found < 0 ? null : all.get(found);
  }

  /** 6.1.2: which unit covers which addresses. */
  private UnitRanges readAranges() {
    UnitRanges.Builder builder = new UnitRanges.Builder();
    BitSet listed = new BitSet();
    try {
      ByteCursor in = new ByteCursor(sections.aranges.readAll());
      while (in.hasRemaining()) {
        int start = in.position();
        long length = in.u32();
        int offsetSize = 4;
        if (length == 0xffff_ffffL) {
          length = in.u64();
          offsetSize = 8;
        }
        ByteCursor set = in.slice(length);
        readArangeSet(set, start, offsetSize, builder, listed);
      }
    } catch (MalformedDataException e) {
      problems.add(".debug_aranges is damaged (" + e.getMessage() + ")");
    }
    return builder.build(listed);
  }

  private void readArangeSet(
      ByteCursor in, int start, int offsetSize, UnitRanges.Builder builder, BitSet listed) {
    in.skip(2);
    Unit unit = containing(sections.info, in.unsigned(offsetSize));
    int size = in.u8();
    in.skip(1);
    if (size != 4 && size != 8) {
      throw new MalformedDataException("addresses of " + size + " bytes");
    }
    int misaligned = (in.position() - start) % (2 * size);
    if (misaligned != 0) {
      in.skip(Math.min(in.remaining(), 2 * size - misaligned));
    }
    while (in.remaining() >= 2 * size) {
      long low = in.unsigned(size);
      long length = in.unsigned(size);
      if (length != 0 && sections.isLoaded(low)) {
        builder.add(low, low + length, unit.index);
        listed.set(unit.index);
      }
    }
  }

  /** Adds the units that .debug_aranges leaves out (Clang writes none) by their own ranges. */
  private UnitRanges completed(UnitRanges known) {
    UnitRanges.Builder builder = new UnitRanges.Builder();
    builder.addAll(known);
    for (Unit unit : all) {
      if (!known.listed().get(unit.index) && unit.isCode()) {
        try {
          for (AddressRange range : Ranges.of(unit.root())) {
            if (sections.isLoaded(range.low())) {
              builder.add(range.low(), range.high(), unit.index);
            }
          }
        } catch (MalformedDataException e) {
          problems.add("the unit at 0x%x: %s".formatted(unit.offset, e.getMessage()));
        }
      }
    }
    return builder.build(null);
  }
}
