package dev.ringside.vmm.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a loader needs of an ELF executable (System V gABI 4.1, chapters 4 and 5): its class, entry
 * point, loadable segments and notes. Symbols are the symbol room's business.
 */
final class ElfFile {
  /**
   * A PT_LOAD segment.
   *
   * @param offset where its bytes stand in the file
   * @param virtual p_vaddr
   * @param physical p_paddr
   * @param fileSize bytes in the file
   * @param memorySize bytes in memory; the rest is zero
   */
  record Segment(long offset, long virtual, long physical, long fileSize, long memorySize) {}

  private record Note(long offset, long length) {}

  private static final int HEADER_32 = 52;
  private static final int HEADER_64 = 64;
  private static final int PT_LOAD = 1;
  private static final int PT_NOTE = 4;
  private static final int ET_EXEC = 2;
  private static final int EM_386 = 3;
  private static final int EM_X86_64 = 62;

  /** XEN_ELFNOTE_PHYS32_ENTRY (Xen's public/elfnote.h). */
  private static final int XEN_PHYS32_ENTRY = 18;

  private final ImageFile file;
  private final boolean is64;
  private final long entry;
  private final List<Segment> segments;
  private final List<Note> notes;

  private ElfFile(
      ImageFile file, boolean is64, long entry, List<Segment> segments, List<Note> notes) {
    this.file = file;
    this.is64 = is64;
    this.entry = entry;
    this.segments = List.copyOf(segments);
    this.notes = List.copyOf(notes);
  }

  /** Whether the file starts with ELF's magic number. */
  static boolean isElf(ImageFile file) {
    return file.has(0, 4) && file.s32(0) == 0x464c457f;
  }

  /** Whether an ELF file is of class 64. */
  static boolean isElf64(ImageFile file) {
    return isElf(file) && file.has(0, 5) && file.u8(4) == 2;
  }

  /** Reads and checks the headers of a file for which {@link #isElf} holds. */
  static ElfFile parse(ImageFile file) throws GuestImageException {
    file.require(0, HEADER_32, "the ELF header");
    boolean is64 = file.u8(4) == 2;
    file.require(0, is64 ? HEADER_64 : HEADER_32, "the ELF header");
    checkMachine(file);
    checkType(file);
    long entry = is64 ? file.s64(24) : file.u32(24);
    long table = is64 ? file.s64(32) : file.u32(28);
    int entrySize = file.u16(is64 ? 54 : 42);
    int count = file.u16(is64 ? 56 : 44);
    int least = is64 ? 56 : 32;
    if (count > 0 && entrySize < least) {
      throw file.problem(
          new ImageProblem.Unsupported(
              "has ELF program headers of " + entrySize + " bytes instead of " + least,
              "copy or build it again"));
    }
    file.require(table, (long) entrySize * count, "the program header table");
    List<Segment> segments = new ArrayList<>();
    List<Note> notes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long at = table + (long) i * entrySize;
      Segment segment =
          is64
              ? new Segment(
                  file.s64(at + 8),
                  file.s64(at + 16),
                  file.s64(at + 24),
                  file.s64(at + 32),
                  file.s64(at + 40))
              : new Segment(
                  file.u32(at + 4),
                  file.u32(at + 8),
                  file.u32(at + 12),
                  file.u32(at + 16),
                  file.u32(at + 20));
      int type = file.s32(at);
      if (type == PT_NOTE && file.has(segment.offset(), segment.fileSize())) {
        notes.add(new Note(segment.offset(), segment.fileSize()));
      } else if (type == PT_LOAD && segment.memorySize() != 0) {
        String what = "segment " + i;
        file.require(segment.offset(), segment.fileSize(), what);
        if (segment.memorySize() < segment.fileSize()) {
          throw file.problem(
              new ImageProblem.Unsupported(
                  what + " is smaller in memory than in the file", "copy or build it again"));
        }
        segments.add(segment);
      }
    }
    return new ElfFile(file, is64, entry, segments, notes);
  }

  private static void checkMachine(ImageFile file) throws GuestImageException {
    int machine = file.u16(18);
    boolean bigEndian = file.u8(5) == 2;
    if (bigEndian || machine != EM_386 && machine != EM_X86_64) {
      int number = bigEndian ? Integer.reverseBytes(machine) >>> 16 : machine;
      String name =
          switch (number) {
            case 2 -> "SPARC";
            case 8 -> "MIPS";
            case 20 -> "PowerPC";
            case 21 -> "64-bit PowerPC";
            case 22 -> "S/390";
            case 40 -> "32-bit ARM";
            case 183 -> "AArch64";
            case 243 -> "RISC-V";
            case 258 -> "LoongArch";
            default -> String.format(Locale.ROOT, "another machine (ELF machine %d)", number);
          };
      throw file.problem(new ImageProblem.WrongArchitecture(name));
    }
  }

  private static void checkType(ImageFile file) throws GuestImageException {
    int type = file.u16(16);
    switch (type) {
      case ET_EXEC -> {}
      case 1 -> throw file.problem(new ImageProblem.NotExecutable("a relocatable object (ET_REL)"));
      case 3 ->
          throw file.problem(
              new ImageProblem.Unsupported(
                  "is position-independent (ET_DYN)",
                  "link it at a fixed address with -static -no-pie"));
      case 4 -> throw file.problem(new ImageProblem.NotExecutable("a core dump (ET_CORE)"));
      default -> throw file.problem(new ImageProblem.NotExecutable("of ELF type " + type));
    }
  }

  boolean is64() {
    return is64;
  }

  List<Segment> segments() {
    return segments;
  }

  /** The entry point as a physical address: a virtual one is translated through its segment. */
  long physicalEntry() {
    for (Segment segment : segments) {
      if (Long.compareUnsigned(entry - segment.virtual(), segment.memorySize()) < 0) {
        return entry - segment.virtual() + segment.physical();
      }
    }
    return entry;
  }

  /** The lowest physical address that is loaded. */
  long lowest() {
    return segments.stream().mapToLong(Segment::physical).min().orElse(0);
  }

  /** One past the highest physical address that is loaded. */
  long highest() {
    return segments.stream().mapToLong(s -> s.physical() + s.memorySize()).max().orElse(0);
  }

  /** The entry point of the PVH boot protocol, from a Xen note. */
  OptionalLong pvhEntry() {
    for (Note note : notes) {
      long at = note.offset();
      long end = note.offset() + note.length();
      while (at + 12 <= end) {
        long nameSize = file.u32(at);
        long valueSize = file.u32(at + 4);
        int type = file.s32(at + 8);
        long value = at + 12 + (nameSize + 3 & ~3L);
        if (value + valueSize > end) {
          break;
        }
        if (type == XEN_PHYS32_ENTRY && nameSize == 4 && "Xen\0".equals(file.text(at + 12, 4))) {
          if (valueSize == 8 || valueSize == 4) {
            return OptionalLong.of(file.u32(value));
          }
        }
        at = value + (valueSize + 3 & ~3L);
      }
    }
    return OptionalLong.empty();
  }

  /** Copies all segments to their physical addresses. */
  void loadInto(Placement placement) throws GuestImageException {
    if (segments.isEmpty()) {
      throw file.problem(new ImageProblem.NothingToLoad());
    }
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      placement.take("segment " + (i + 1), segment.physical(), segment.memorySize());
    }
    for (Segment segment : segments) {
      file.copyTo(segment.offset(), placement.memory(), segment.physical(), segment.fileSize());
    }
  }
}
