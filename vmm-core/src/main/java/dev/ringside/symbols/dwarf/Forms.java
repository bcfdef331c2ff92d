package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.MalformedDataException;

/** How attribute values lie in the file (7.5.5, 7.5.6). */
final class Forms {
  private Forms() {}

  /**
   * Reads a value into a long: constants, offsets, indexes and addresses as they are; references
   * within the unit as the section's offset; blocks as position &lt;&lt; 32 | length and inline
   * strings and 16-byte data as the position within the unit's bytes.
   */
  static long read(ByteCursor in, int form, Unit unit) {
    return switch (form) {
      case Dw.FORM_addr -> in.unsigned(unit.addressSize);
      case Dw.FORM_data1, Dw.FORM_flag, Dw.FORM_strx1, Dw.FORM_addrx1 -> in.u8();
      case Dw.FORM_data2, Dw.FORM_strx2, Dw.FORM_addrx2 -> in.u16();
      case Dw.FORM_strx3, Dw.FORM_addrx3 -> in.u24();
      case Dw.FORM_data4, Dw.FORM_strx4, Dw.FORM_addrx4, Dw.FORM_ref_sup4 -> in.u32();
      case Dw.FORM_data8, Dw.FORM_ref_sig8, Dw.FORM_ref_sup8 -> in.u64();
      case Dw.FORM_sdata -> in.sleb();
      case Dw.FORM_udata,
          Dw.FORM_strx,
          Dw.FORM_addrx,
          Dw.FORM_loclistx,
          Dw.FORM_rnglistx,
          Dw.FORM_GNU_addr_index,
          Dw.FORM_GNU_str_index ->
          in.uleb();
      case Dw.FORM_strp,
          Dw.FORM_line_strp,
          Dw.FORM_sec_offset,
          Dw.FORM_strp_sup,
          Dw.FORM_GNU_ref_alt,
          Dw.FORM_GNU_strp_alt ->
          in.unsigned(unit.offsetSize);
      case Dw.FORM_ref_addr -> in.unsigned(unit.version <= 2 ? unit.addressSize : unit.offsetSize);
      case Dw.FORM_ref1 -> unit.offset + in.u8();
      case Dw.FORM_ref2 -> unit.offset + in.u16();
      case Dw.FORM_ref4 -> unit.offset + in.u32();
      case Dw.FORM_ref8 -> unit.offset + in.u64();
      case Dw.FORM_ref_udata -> unit.offset + in.uleb();
      case Dw.FORM_flag_present -> 1;
      case Dw.FORM_string -> {
        int at = in.position();
        in.skipString();
        yield at;
      }
      case Dw.FORM_data16 -> {
        int at = in.position();
        in.skip(16);
        yield at;
      }
      case Dw.FORM_exprloc, Dw.FORM_block -> block(in, in.uleb());
      case Dw.FORM_block1 -> block(in, in.u8());
      case Dw.FORM_block2 -> block(in, in.u16());
      case Dw.FORM_block4 -> block(in, in.u32());
      default -> throw unknown(form);
    };
  }

  private static long block(ByteCursor in, long length) {
    int at = in.position();
    in.skip(length);
    return (long) at << 32 | length;
  }

  /** Skips a value; {@code implicit_const} has none in the entry. */
  static void skip(ByteCursor in, int form, int addressSize, int offsetSize, int version) {
    switch (form) {
      case Dw.FORM_implicit_const, Dw.FORM_flag_present -> {}
      case Dw.FORM_data1, Dw.FORM_flag, Dw.FORM_strx1, Dw.FORM_addrx1, Dw.FORM_ref1 -> in.skip(1);
      case Dw.FORM_data2, Dw.FORM_strx2, Dw.FORM_addrx2, Dw.FORM_ref2 -> in.skip(2);
      case Dw.FORM_strx3, Dw.FORM_addrx3 -> in.skip(3);
      case Dw.FORM_data4, Dw.FORM_strx4, Dw.FORM_addrx4, Dw.FORM_ref4, Dw.FORM_ref_sup4 ->
          in.skip(4);
      case Dw.FORM_data8, Dw.FORM_ref8, Dw.FORM_ref_sig8, Dw.FORM_ref_sup8 -> in.skip(8);
      case Dw.FORM_data16 -> in.skip(16);
      case Dw.FORM_addr -> in.skip(addressSize);
      case Dw.FORM_strp,
          Dw.FORM_line_strp,
          Dw.FORM_sec_offset,
          Dw.FORM_strp_sup,
          Dw.FORM_GNU_ref_alt,
          Dw.FORM_GNU_strp_alt ->
          in.skip(offsetSize);
      case Dw.FORM_ref_addr -> in.skip(version <= 2 ? addressSize : offsetSize);
      case Dw.FORM_udata,
          Dw.FORM_sdata,
          Dw.FORM_ref_udata,
          Dw.FORM_strx,
          Dw.FORM_addrx,
          Dw.FORM_loclistx,
          Dw.FORM_rnglistx,
          Dw.FORM_GNU_addr_index,
          Dw.FORM_GNU_str_index ->
          in.skipLeb();
      case Dw.FORM_string -> in.skipString();
      case Dw.FORM_exprloc, Dw.FORM_block -> in.skip(in.uleb());
      case Dw.FORM_block1 -> in.skip(in.u8());
      case Dw.FORM_block2 -> in.skip(in.u16());
      case Dw.FORM_block4 -> in.skip(in.u32());
      case Dw.FORM_indirect -> skip(in, in.ulebInt(), addressSize, offsetSize, version);
      default -> throw unknown(form);
    }
  }

  static boolean isBlock(int form) {
    return switch (form) {
      case Dw.FORM_exprloc, Dw.FORM_block, Dw.FORM_block1, Dw.FORM_block2, Dw.FORM_block4 -> true;
      default -> false;
    };
  }

  /** A reference to another entry. */
  static boolean isReference(int form) {
    return switch (form) {
      case Dw.FORM_ref1,
          Dw.FORM_ref2,
          Dw.FORM_ref4,
          Dw.FORM_ref8,
          Dw.FORM_ref_udata,
          Dw.FORM_ref_addr,
          Dw.FORM_ref_sig8 ->
          true;
      default -> false;
    };
  }

  /** An offset into another section, in DWARF 4 and 5 and as DWARF 2 and 3 wrote it. */
  static boolean isSectionOffset(int form, int version) {
    return form == Dw.FORM_sec_offset
        || version < 4 && (form == Dw.FORM_data4 || form == Dw.FORM_data8);
  }

  static boolean isAddressIndex(int form) {
    return switch (form) {
      case Dw.FORM_addrx,
          Dw.FORM_addrx1,
          Dw.FORM_addrx2,
          Dw.FORM_addrx3,
          Dw.FORM_addrx4,
          Dw.FORM_GNU_addr_index ->
          true;
      default -> false;
    };
  }

  private static MalformedDataException unknown(int form) {
    return new MalformedDataException("unknown form 0x" + Integer.toHexString(form));
  }
}
