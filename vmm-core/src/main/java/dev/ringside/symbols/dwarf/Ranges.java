package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The addresses of an entry (2.17): low and high, or a range list (2.17.3). Without bias. */
final class Ranges {
  private Ranges() {}

  static List<AddressRange> of(Die die) {
    int i = die.index(Dw.AT_ranges);
    if (i >= 0) {
      return die.unit.version >= 5 ? rnglist(die, i) : rangesBefore5(die, die.value(i));
    }
    OptionalLong low = die.address(Dw.AT_low_pc);
    int h = die.index(Dw.AT_high_pc);
    if (low.isEmpty() || h < 0) {
      return List.of();
    }
    OptionalLong address = die.address(Dw.AT_high_pc);
    long high = address.isPresent() ? address.getAsLong() : low.getAsLong() + die.value(h);
    List<AddressRange> one = new ArrayList<>(1);
    add(one, low.getAsLong(), high);
    return one;
  }

  private static void add(List<AddressRange> to, long low, long high) {
    if (Long.compareUnsigned(low, high) < 0) {
      to.add(new AddressRange(low, high));
    }
  }

  /** DWARF 2 to 4: pairs in .debug_ranges. */
  private static List<AddressRange> rangesBefore5(Die die, long offset) {
    Unit unit = die.unit;
    int size = unit.addressSize;
    long largest = size == 8 ? -1L : (1L << size * 8) - 1;
    long base = unit.baseAddress();
    ByteCursor in = unit.sections().cursor(".debug_ranges", offset);
    List<AddressRange> found = new ArrayList<>();
    while (true) {
      long low = in.unsigned(size);
      long high = in.unsigned(size);
      if (low == 0 && high == 0) {
        return found;
      } else if (low == largest) {
        base = high;
      } else {
        add(found, base + low, base + high);
      }
    }
  }

  /** DWARF 5: .debug_rnglists (7.25). */
  private static List<AddressRange> rnglist(Die die, int index) {
    Unit unit = die.unit;
    long offset = die.value(index);
    if (die.form(index) == Dw.FORM_rnglistx) {
      long tableBase = unit.base(Dw.AT_rnglists_base, unit.offsetSize == 8 ? 20 : 12);
      if (offset < 0 || offset > Integer.MAX_VALUE) {
        throw new MalformedDataException("range list number 0x" + Long.toHexString(offset));
      }
      offset =
          tableBase
              + unit.sections()
                  .cursor(".debug_rnglists", tableBase + offset * unit.offsetSize)
                  .unsigned(unit.offsetSize);
    }
    ByteCursor in = unit.sections().cursor(".debug_rnglists", offset);
    int size = unit.addressSize;
    long base = unit.baseAddress();
    List<AddressRange> found = new ArrayList<>();
    while (true) {
      int kind = in.u8();
      switch (kind) {
        case Dw.RLE_end_of_list -> {
          return found;
        }
        case Dw.RLE_base_addressx -> base = unit.address(in.uleb());
        case Dw.RLE_startx_endx -> add(found, unit.address(in.uleb()), unit.address(in.uleb()));
        case Dw.RLE_startx_length -> {
          long low = unit.address(in.uleb());
          add(found, low, low + in.uleb());
        }
        case Dw.RLE_offset_pair -> {
          long low = in.uleb();
          add(found, base + low, base + in.uleb());
        }
        case Dw.RLE_base_address -> base = in.unsigned(size);
        case Dw.RLE_start_end -> add(found, in.unsigned(size), in.unsigned(size));
        case Dw.RLE_start_length -> {
          long low = in.unsigned(size);
          add(found, low, low + in.uleb());
        }
        default -> throw new MalformedDataException("range list entry " + kind);
      }
    }
  }
}
