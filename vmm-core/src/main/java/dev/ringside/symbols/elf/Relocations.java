package dev.ringside.symbols.elf;

import dev.ringside.symbols.model.Architecture;

/**
 * Applies relocations to the debug sections of a file that is not linked: an object file or a
 * kernel module (System V ABI, AMD64 supplement 1.0, 4.4; i386 supplement 1.1, 4.4). Linked files
 * that kept their relocations, as vmlinux does, have them applied already.
 */
final class Relocations {
  private static final int SHN_LORESERVE = 0xff00;
  private static final int SHN_ABS = 0xfff1;

  private final ElfImage image;

  private Relocations(ElfImage image) {
    this.image = image;
  }

  static void apply(ElfImage image) {
    if (!image.relocatable()) {
      return;
    }
    Relocations relocations = new Relocations(image);
    for (ElfSection section : image.sections()) {
      boolean isTable =
          section.type() == ElfSection.SHT_RELA || section.type() == ElfSection.SHT_REL;
      int target = section.info();
      if (isTable && target > 0 && target < image.sections().size()) {
        String name = image.sections().get(target).name();
        if (name.startsWith(".debug_") || name.equals(".eh_frame")) {
          relocations.apply(section, image.sections().get(target));
        }
      }
    }
  }

  private void apply(ElfSection table, ElfSection target) {
    boolean wide = image.wide();
    boolean addends = table.type() == ElfSection.SHT_RELA;
    byte[] bytes = target.readAll();
    if (table.link() <= 0 || table.link() >= image.sections().size()) {
      throw new MalformedDataException(table.name() + " names no symbol table");
    }
    byte[] symbols = image.sections().get(table.link()).readAll();
    ByteCursor in = new ByteCursor(table.readAll());
    int entrySize = (wide ? 16 : 8) + (addends ? wide ? 8 : 4 : 0);
    while (in.remaining() >= entrySize) {
      long offset = wide ? in.u64() : in.u32();
      long info = wide ? in.u64() : in.u32();
      int type = (int) (wide ? info & 0xffff_ffffL : info & 0xff);
      long symbol = wide ? info >>> 32 : info >>> 8;
      long addend = !addends ? 0 : wide ? in.u64() : in.s32();
      int width = width(type);
      if (width == 0 || offset < 0 || offset > bytes.length - width) {
        continue; // nothing that debug information is made of
      }
      if (!addends) {
        ByteCursor place = new ByteCursor(bytes, (int) offset, bytes.length);
        addend = place.signed(width);
      }
      long value = value(symbols, symbol) + addend;
      if (isRelative(type)) {
        value -= target.address() + offset;
      }
      for (int i = 0; i < width; i++) {
        bytes[(int) offset + i] = (byte) (value >> 8 * i);
      }
    }
    image.replace(target.withContent(bytes));
  }

  /** Bytes that a relocation fills; 0 for kinds that do not occur in debug sections. */
  private int width(int type) {
    return switch (image.architecture()) {
      case X86_64 ->
          switch (type) {
            case 1, 24 -> 8; // R_X86_64_64, _PC64
            case 2, 10, 11 -> 4; // _PC32, _32, _32S
            default -> 0;
          };
      case I386 -> type == 1 || type == 2 ? 4 : 0; // R_386_32, _PC32
    };
  }

  private boolean isRelative(int type) {
    return type == 2 || image.architecture() == Architecture.X86_64 && type == 24;
  }

  private long value(byte[] symbols, long index) {
    int size = image.wide() ? 24 : 16;
    if (index * size > symbols.length - size) {
      throw new MalformedDataException("a relocation names symbol " + index);
    }
    ByteCursor in = new ByteCursor(symbols, (int) index * size, symbols.length);
    in.skip(4);
    int section;
    long value;
    if (image.wide()) {
      in.skip(2);
      section = in.u16();
      value = in.u64();
    } else {
      value = in.u32();
      in.skip(6);
      section = in.u16();
    }
    boolean placed = section > 0 && section < SHN_LORESERVE && section < image.sections().size();
    return placed
        ? image.sections().get(section).address() + value
        : section == SHN_ABS ? value : 0;
  }
}
