package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.ElfSection;
import dev.ringside.symbols.elf.MalformedDataException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One unit of .debug_info or .debug_types (7.5.1). Its bytes and abbreviations are read when
 * needed, and kept as long as {@link Recent} does. Thread-safe.
 */
final class Unit {
  private static final int MAX_DEPTH = 256;
  private static final int ROOT_SIZE = 1024;

  private final Units units;
  final ElfSection section;
  final int index;
  final long offset;
  final long end;
  final int version;
  final int type;
  final int addressSize;
  final int offsetSize;
  final long abbrevOffset;
  final int headerSize;

  /** The signature of a type unit. */
  final long signature;

  /** Where a type unit's type is, from the unit's start. */
  final long typeOffset;

  private volatile WeakReference<byte[]> bytes = new WeakReference<>(null);
  private volatile WeakReference<AbbrevTable> abbrevs = new WeakReference<>(null);
  private volatile @Nullable Die root;

  private Unit(
      Units units,
      ElfSection section,
      int index,
      long offset,
      long end,
      int version,
      int type,
      int addressSize,
      int offsetSize,
      long abbrevOffset,
      int headerSize,
      long signature,
      long typeOffset) {
    this.units = units;
    this.section = section;
    this.index = index;
    this.offset = offset;
    this.end = end;
    this.version = version;
    this.type = type;
    this.addressSize = addressSize;
    this.offsetSize = offsetSize;
    this.abbrevOffset = abbrevOffset;
    this.headerSize = headerSize;
    this.signature = signature;
    this.typeOffset = typeOffset;
  }

  /** Reads a unit's header (7.5.1.1). */
  static Unit read(Units units, ElfSection section, long offset, int index) {
    ByteCursor in = new ByteCursor(section.read(offset, Math.min(48, section.size() - offset)));
    long length = in.u32();
    int offsetSize = 4;
    if (length == 0xffff_ffffL) {
      length = in.u64();
      offsetSize = 8;
    } else if (length >= 0xffff_fff0L) {
      throw new MalformedDataException("a reserved unit length");
    }
    long end = offset + in.position() + length;
    if (length < 0 || end > section.size() || end < offset) {
      throw new MalformedDataException(
          "the unit at 0x%x ends behind %s".formatted(offset, section.name()));
    }
    int version = in.u16();
    if (version < 2 || version > 5) {
      throw new MalformedDataException(
          "the unit at 0x%x has DWARF version %d".formatted(offset, version));
    }
    int type = section.name().equals(".debug_types") ? Dw.UT_type : Dw.UT_compile;
    int addressSize;
    long abbrevOffset;
    if (version >= 5) {
      type = in.u8();
      addressSize = in.u8();
      abbrevOffset = in.unsigned(offsetSize);
    } else {
      abbrevOffset = in.unsigned(offsetSize);
      addressSize = in.u8();
    }
    if (addressSize != 4 && addressSize != 8 && addressSize != 2) {
      throw new MalformedDataException("addresses of " + addressSize + " bytes");
    }
    long signature = 0;
    long typeOffset = 0;
    if (type == Dw.UT_type || type == Dw.UT_split_type) {
      signature = in.u64();
      typeOffset = in.unsigned(offsetSize);
    } else if (type == Dw.UT_skeleton || type == Dw.UT_split_compile) {
      signature = in.u64();
    }
    return new Unit(
        units,
        section,
        index,
        offset,
        end,
        version,
        type,
        addressSize,
        offsetSize,
        abbrevOffset,
        in.position(),
        signature,
        typeOffset);
  }

  Units units() {
    return units;
  }

  DwarfSections sections() {
    return units.sections();
  }

  /** The unit's bytes, from its header on. */
  byte[] bytes() {
    byte[] have = bytes.get();
    if (have == null) {
      have = section.read(offset, end - offset);
      bytes = new WeakReference<>(have);
      units.recent().keep(have, have.length);
    }
    return have;
  }

  AbbrevTable abbrevs() {
    AbbrevTable have = abbrevs.get();
    if (have == null) {
      have = AbbrevTable.read(sections().cursor(".debug_abbrev", abbrevOffset));
      abbrevs = new WeakReference<>(have);
      units.recent().keep(have, 32_768);
    }
    return have;
  }

  /** The unit's own entry: DW_TAG_compile_unit or its like. */
  Die root() {
    Die have = root;
    if (have == null) {
      have = readRoot();
      root = have;
    }
    return have;
  }

  /** Reads the root from the unit's first bytes, which mostly hold it whole. */
  private Die readRoot() {
    if (bytes.get() == null) {
      try {
        byte[] head = section.read(offset, Math.min(ROOT_SIZE, end - offset));
        Die die = Die.read(this, new ByteCursor(head, headerSize, head.length));
        if (die != null) {
          return die;
        }
      } catch (MalformedDataException e) {
        return die(offset + headerSize); // it is longer, or damaged: this says which
      }
    }
    return die(offset + headerSize);
  }

  /** The entry at an offset of the section. */
  Die die(long at) {
    if (at < offset + headerSize || at >= end) {
      throw new MalformedDataException(
          "a reference to 0x%x, outside the unit at 0x%x".formatted(at, offset));
    }
    byte[] all = bytes();
    ByteCursor in = new ByteCursor(all, (int) (at - offset), all.length);
    Die die = Die.read(this, in);
    if (die == null) {
      throw new MalformedDataException("a reference to 0x%x, where no entry is".formatted(at));
    }
    return die;
  }

  List<Die> children(Die parent) {
    List<Die> found = new ArrayList<>();
    forEachChild(parent, found::add);
    return found;
  }

  /** Visits the children of an entry until the visitor says false. */
  void forEachChild(Die parent, Predicate<Die> visitor) {
    if (!parent.hasChildren()) {
      return;
    }
    byte[] all = bytes();
    ByteCursor in = new ByteCursor(all, parent.end, all.length);
    while (in.hasRemaining()) {
      Die child = Die.read(this, in);
      if (child == null || !visitor.test(child)) {
        return;
      }
      in.seek(nextSibling(child, all));
    }
  }

  private int nextSibling(Die die, byte[] all) {
    if (!die.hasChildren()) {
      return die.end;
    }
    int i = die.index(Dw.AT_sibling);
    if (i >= 0) {
      long at = die.value(i) - offset;
      if (at > die.end && at <= all.length) {
        return (int) at;
      }
    }
    ByteCursor in = new ByteCursor(all, die.end, all.length);
    skipChildren(in);
    return in.position();
  }

  /** Moves a cursor over a list of siblings with all that is below them. */
  void skipChildren(ByteCursor in) {
    AbbrevTable table = abbrevs();
    int depth = 1;
    while (depth > 0 && in.hasRemaining()) {
      long code = in.uleb();
      if (code == 0) {
        depth--;
        continue;
      }
      Abbrev abbrev = table.get(code);
      long sibling = skipAttributes(in, abbrev);
      if (abbrev.hasChildren()) {
        if (sibling > in.position() && sibling <= in.limit()) {
          in.seek(sibling);
        } else if (++depth > MAX_DEPTH) {
          throw new MalformedDataException("entries nested too deeply");
        }
      }
    }
  }

  /** Skips an entry's attributes; the position of its next sibling, or 0. */
  long skipAttributes(ByteCursor in, Abbrev abbrev) {
    long sibling = 0;
    int[] forms = abbrev.forms();
    int[] attributes = abbrev.attributes();
    for (int i = 0; i < forms.length; i++) {
      if (attributes[i] == Dw.AT_sibling && forms[i] == Dw.FORM_ref4) {
        sibling = in.u32();
      } else {
        Forms.skip(in, forms[i], addressSize, offsetSize, version);
      }
    }
    return sibling;
  }

  @Nullable String string(int form, long value) {
    return switch (form) {
      case Dw.FORM_string -> new ByteCursor(bytes(), (int) value, bytes().length).string();
      case Dw.FORM_strp -> sections().string(".debug_str", value);
      case Dw.FORM_line_strp -> sections().string(".debug_line_str", value);
      case Dw.FORM_strx,
          Dw.FORM_strx1,
          Dw.FORM_strx2,
          Dw.FORM_strx3,
          Dw.FORM_strx4,
          Dw.FORM_GNU_str_index ->
          sections().string(".debug_str", stringOffset(value));
      default -> null;
    };
  }

  private long stringOffset(long stringIndex) {
    long base = base(Dw.AT_str_offsets_base, version >= 5 ? 2L * offsetSize : 0);
    return sections()
        .cursor(".debug_str_offsets", entryOffset(base, stringIndex, offsetSize))
        .unsigned(offsetSize);
  }

  /** Address number {@code addressIndex} of the unit's part of .debug_addr, without bias. */
  long address(long addressIndex) {
    int attribute = version >= 5 ? Dw.AT_addr_base : Dw.AT_GNU_addr_base;
    long base = base(attribute, version >= 5 ? 2L * offsetSize : 0);
    return sections()
        .cursor(".debug_addr", entryOffset(base, addressIndex, addressSize))
        .unsigned(addressSize);
  }

  private static long entryOffset(long base, long index, int size) {
    if (index < 0 || index > Integer.MAX_VALUE) {
      throw new MalformedDataException("an index of 0x" + Long.toHexString(index));
    }
    return base + index * size;
  }

  /** One of the root's DW_AT_…_base attributes. */
  long base(int attribute, long otherwise) {
    return root().constant(attribute).orElse(otherwise);
  }

  /** DW_AT_low_pc of the unit, the base of its ranges and locations; 0 where it has none. */
  long baseAddress() {
    return root().address(Dw.AT_low_pc).orElse(0);
  }

  String compilationDirectory() {
    String directory = root().string(Dw.AT_comp_dir);
    return directory == null ? "" : directory;
  }

  /** Whether the unit is in .debug_types, not .debug_info. */
  boolean inTypes() {
    return section == sections().types;
  }

  boolean isCode() {
    return type == Dw.UT_compile || type == Dw.UT_partial || type == Dw.UT_skeleton;
  }
}
