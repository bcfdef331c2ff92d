package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ByteCursor;
import dev.ringside.symbols.elf.ElfImage;
import dev.ringside.symbols.elf.ElfSection;
import dev.ringside.symbols.elf.MalformedDataException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The debug sections of one file. Large ones are read in parts; those that are looked into all over
 * (strings, abbreviations) are copied into the heap whole on first use. Thread-safe.
 */
final class DwarfSections {
  private final ElfImage image;
  private final ConcurrentHashMap<String, byte[]> loaded = new ConcurrentHashMap<>();
  final ElfSection info;
  final ElfSection types;
  final ElfSection line;
  final ElfSection aranges;

  DwarfSections(ElfImage image) {
    this.image = image;
    info = section(".debug_info");
    types = section(".debug_types");
    line = section(".debug_line");
    aranges = section(".debug_aranges");
  }

  private ElfSection section(String name) {
    return image.section(name).orElseGet(() -> ElfSection.absent(name));
  }

  ElfImage image() {
    return image;
  }

  /** The whole of a section in the heap, kept. */
  byte[] whole(String name) {
    return loaded.computeIfAbsent(name, n -> section(n).readAll());
  }

  /** A cursor at an offset of a section that is kept whole. */
  ByteCursor cursor(String name, long offset) {
    byte[] bytes = whole(name);
    if (offset < 0 || offset > bytes.length) {
      throw new MalformedDataException("%s has no offset 0x%x".formatted(name, offset));
    }
    return new ByteCursor(bytes, (int) offset, bytes.length);
  }

  String string(String section, long offset) {
    return cursor(section, offset).string();
  }

  /**
   * Whether an address lies in a section that is loaded. Linkers leave 0, 1 or -1 in the debug
   * information of functions that they dropped.
   */
  boolean isLoaded(long address) {
    return image.sections().isEmpty() || image.sectionAt(address).isPresent();
  }
}
