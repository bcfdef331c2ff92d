package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.MalformedDataException;
import org.jspecify.annotations.Nullable;

/** Location lists (2.6.2): which expression holds at which address. Addresses without bias. */
final class LocationLists {
  private LocationLists() {}

  /** Whether an attribute holds a list rather than one expression. */
  static boolean isList(Die die, int index) {
    int form = die.form(index);
    return form == Dw.FORM_loclistx || Forms.isSectionOffset(form, die.unit.version);
  }

  /** The expression of an attribute that holds at an address; null where none does. */
  static byte @Nullable [] expressionFor(Die die, int attribute, long pc) {
    int i = die.index(attribute);
    if (i < 0) {
      return null;
    }
    if (Forms.isBlock(die.form(i))) {
      return die.blockAt(i);
    }
    if (!isList(die, i)) {
      throw new MalformedDataException("a location of form 0x" + Integer.toHexString(die.form(i)));
    }
    return die.unit.version >= 5 ? loclist(die, i, pc) : before5(die, die.value(i), pc);
  }

  private static boolean covers(long low, long high, long pc) {
    return Long.compareUnsigned(pc, low) >= 0 && Long.compareUnsigned(pc, high) < 0;
  }

  /** DWARF 2 to 4: .debug_loc (DWARF 4, 2.6.2). */
  private static byte @Nullable [] before5(Die die, long offset, long pc) {
    Unit unit = die.unit;
    int size = unit.addressSize;
    long largest = size == 8 ? -1L : (1L << size * 8) - 1;
    long base = unit.baseAddress();
    ByteCursor in = unit.sections().cursor(".debug_loc", offset);
    while (true) {
      long low = in.unsigned(size);
      long high = in.unsigned(size);
      if (low == 0 && high == 0) {
        return null;
      } else if (low == largest) {
        base = high;
      } else {
        byte[] expression = in.take(in.u16());
        if (covers(base + low, base + high, pc)) {
          return expression;
        }
      }
    }
  }

  /** DWARF 5: .debug_loclists (7.29). */
  private static byte @Nullable [] loclist(Die die, int index, long pc) {
    Unit unit = die.unit;
    long offset = die.value(index);
    if (die.form(index) == Dw.FORM_loclistx) {
      long tableBase = unit.base(Dw.AT_loclists_base, unit.offsetSize == 8 ? 20 : 12);
      if (offset < 0 || offset > Integer.MAX_VALUE) {
        throw new MalformedDataException("location list number 0x" + Long.toHexString(offset));
      }
      offset =
          tableBase
              + unit.sections()
                  .cursor(".debug_loclists", tableBase + offset * unit.offsetSize)
                  .unsigned(unit.offsetSize);
    }
    ByteCursor in = unit.sections().cursor(".debug_loclists", offset);
    int size = unit.addressSize;
    long base = unit.baseAddress();
    byte[] otherwise = null;
    while (true) {
      int kind = in.u8();
      long low;
      long high;
      switch (kind) {
        case Dw.LLE_end_of_list -> {
          return otherwise;
        }
        case Dw.LLE_base_addressx -> {
          base = unit.address(in.uleb());
          continue;
        }
        case Dw.LLE_base_address -> {
          base = in.unsigned(size);
          continue;
        }
        case Dw.LLE_GNU_view_pair -> {
          in.skipLeb();
          in.skipLeb();
          continue;
        }
        case Dw.LLE_default_location -> {
          otherwise = in.take(in.uleb());
          continue;
        }
        case Dw.LLE_startx_endx -> {
          low = unit.address(in.uleb());
          high = unit.address(in.uleb());
        }
        case Dw.LLE_startx_length -> {
          low = unit.address(in.uleb());
          high = low + in.uleb();
        }
        case Dw.LLE_offset_pair -> {
          low = base + in.uleb();
          high = base + in.uleb();
        }
        case Dw.LLE_start_end -> {
          low = in.unsigned(size);
          high = in.unsigned(size);
        }
        case Dw.LLE_start_length -> {
          low = in.unsigned(size);
          high = low + in.uleb();
        }
        default -> throw new MalformedDataException("location list entry " + kind);
      }
      byte[] expression = in.take(in.uleb());
      if (covers(low, high, pc)) {
        return expression;
      }
    }
  }
}
