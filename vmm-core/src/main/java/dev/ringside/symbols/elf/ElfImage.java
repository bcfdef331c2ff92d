package dev.ringside.symbols.elf;

import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.SymbolFileException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An ELF file, mapped (System V gABI, chapters 4 and 5). Thread-safe once open; reading it after
 * {@link #close} throws.
 *
 * <p>jelf reads such files too, but builds an object for each relocation and symbol as soon as its
 * section is asked for, even for its header: for a Debian vmlinux (590 MB, 500 MB of it relocations
 * kept by the linker) that took 2.7 s and 580 MB of heap, where the headers alone take
 * milliseconds.
 */
public final class ElfImage implements AutoCloseable {
  private static final int ET_REL = 1;
  private static final int ET_DYN = 3;
  private static final int EM_386 = 3;
  private static final int EM_X86_64 = 62;
  private static final int SHN_XINDEX = 0xffff;

  private final Path path;
  private final Arena arena;
  private final MemorySegment file;
  private final boolean wide;
  private final Architecture architecture;
  private final int type;
  private final long entry;
  private List<ElfSection> sections = List.of();
  private final Map<String, ElfSection> byName = new HashMap<>();

  private ElfImage(
      Path path, Arena arena, MemorySegment file, boolean wide, Architecture a, int type, long e) {
    this.path = path;
    this.arena = arena;
    this.file = file;
    this.wide = wide;
    this.architecture = a;
    this.type = type;
    this.entry = e;
  }

  /**
   * Opens a file and checks its headers.
   *
   * @param sectionAddresses where the loader put sections of a relocatable file (a kernel module),
   *     by name; ignored names are those the file does not have
   */
  public static ElfImage open(Path path, Map<String, Long> sectionAddresses)
      throws SymbolFileException {
    @SuppressWarnings("MustBeClosedChecker") // closed below, or by the image
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try {
      ElfImage image = readHeader(path, arena, map(path, arena));
      image.readSections(sectionAddresses);
      DebugSections.inflate(image, image.wide);
      Relocations.apply(image);
      opened = true;
      return image;
    } catch (MalformedDataException e) {
      throw new SymbolFileException.Malformed(path, e.getMessage());
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  private static MemorySegment map(Path path, Arena arena) throws SymbolFileException {
    if (!Files.exists(path)) {
      throw new SymbolFileException.Unreadable(path, "no such file", null);
    }
    if (!Files.isRegularFile(path)) {
      throw new SymbolFileException.Unreadable(path, "not a regular file", null);
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size == 0) {
        throw new SymbolFileException.Empty(path);
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
    } catch (IOException e) {
      String reason = e instanceof java.nio.file.AccessDeniedException ? "no permission" : "" + e;
      throw new SymbolFileException.Unreadable(path, "cannot be read: " + reason, e);
    }
  }

  private static ElfImage readHeader(Path path, Arena arena, MemorySegment file)
      throws SymbolFileException {
    byte[] magic = {0x7f, 'E', 'L', 'F'};
    long size = file.byteSize();
    int known = (int) Math.min(size, 64);
    byte[] head = file.asSlice(0, known).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    for (int i = 0; i < magic.length; i++) {
      if (i >= known || head[i] != magic[i]) {
        throw new SymbolFileException.NotElf(
            path,
            "not an ELF file (it begins with %s); symbols need the uncompressed ELF, such as vmlinux"
                .formatted(HexFormat.of().formatHex(head, 0, Math.min(4, known))));
      }
    }
    int needed = known > 4 && head[4] == 1 ? 52 : 64;
    if (known < needed) {
      throw new SymbolFileException.Truncated(
          path, "truncated: %d bytes, the ELF header alone has %d".formatted(size, needed));
    }
    if (head[4] != 1 && head[4] != 2) {
      throw new SymbolFileException.Malformed(path, "unknown ELF class " + head[4]);
    }
    boolean wide = head[4] == 2;
    if (head[5] != 1) {
      throw new SymbolFileException.WrongArchitecture(
          path, "a big-endian ELF file; Ringside reads x86-64 and i386");
    }
    ByteCursor in = new ByteCursor(head);
    in.seek(16);
    int type = in.u16();
    int machine = in.u16();
    Architecture architecture;
    if (machine == EM_X86_64 && wide) {
      architecture = Architecture.X86_64;
    } else if (machine == EM_386 && !wide) {
      architecture = Architecture.I386;
    } else {
      throw new SymbolFileException.WrongArchitecture(
          path,
          "an ELF%d file for machine %d; Ringside reads ELF64 for x86-64 (62) and ELF32 for i386 (3)"
              .formatted(wide ? 64 : 32, machine));
    }
    in.skip(4);
    long entry = wide ? in.u64() : in.u32();
    return new ElfImage(path, arena, file, wide, architecture, type, entry);
  }

  private void readSections(Map<String, Long> sectionAddresses) throws SymbolFileException {
    ByteCursor in = cursor(wide ? 0x28 : 0x20, wide ? 24 : 20);
    long offset = wide ? in.u64() : in.u32();
    in.skip(10);
    int entrySize = in.u16();
    long count = in.u16();
    int namesIndex = in.u16();
    if (offset == 0) {
      return;
    }
    int expected = wide ? 64 : 40;
    if (entrySize != expected) {
      throw new SymbolFileException.Malformed(
          path, "section headers of %d bytes, not %d".formatted(entrySize, expected));
    }
    checkInside("the section header table", offset, Math.max(count, 1) * entrySize);
    Header first = header(offset);
    if (count == 0) {
      count = first.size;
      checkInside("the section header table", offset, Math.min(count, 1L << 32) * entrySize);
    }
    if (namesIndex == SHN_XINDEX) {
      namesIndex = first.link;
    }
    if (namesIndex >= count) {
      throw new SymbolFileException.Malformed(
          path, "the table of section names is section %d of %d".formatted(namesIndex, count));
    }
    List<Header> headers = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      headers.add(header(offset + i * entrySize));
    }
    byte[] names = content(headers.get(namesIndex), "the table of section names");
    List<ElfSection> found = new ArrayList<>();
    long next = 0;
    for (int i = 0; i < headers.size(); i++) {
      Header h = headers.get(i);
      String name = new ByteCursor(names, h.name, names.length).string();
      Long loadedAt = sectionAddresses.get(name);
      if (loadedAt == null && relocatable() && (h.flags & ElfSection.SHF_ALLOC) != 0) {
        // Nobody said where: behind each other, as GDB does, so that addresses are distinct.
        long alignment = Math.max(1, Math.min(h.alignment, 1 << 21));
        loadedAt = (next + alignment - 1) / alignment * alignment;
        next = loadedAt + h.size;
      }
      found.add(section(i, name, h, loadedAt));
    }
    sections = found;
    for (ElfSection section : found) {
      byName.putIfAbsent(section.name(), section);
    }
  }

  private ElfSection section(
      int index, String name, Header h, @org.jspecify.annotations.Nullable Long loadedAt)
      throws SymbolFileException {
    boolean inFile = h.type != ElfSection.SHT_NOBITS && h.type != 0;
    if (inFile) {
      checkInside("section " + name, h.offset, h.size);
    }
    return new ElfSection(
        index,
        name,
        h.type,
        h.flags,
        loadedAt == null ? h.address : loadedAt,
        h.link,
        h.info,
        inFile ? file.asSlice(h.offset, h.size) : file.asSlice(0, 0),
        h.size);
  }

  private record Header(
      int name,
      int type,
      long flags,
      long address,
      long offset,
      long size,
      int link,
      int info,
      long alignment) {}

  private Header header(long at) {
    ByteCursor in = cursor(at, wide ? 64 : 40);
    return wide
        ? new Header(
            in.s32(), in.s32(), in.u64(), in.u64(), in.u64(), in.u64(), in.s32(), in.s32(),
            in.u64())
        : new Header(
            in.s32(), in.s32(), in.u32(), in.u32(), in.u32(), in.u32(), in.s32(), in.s32(),
            in.u32());
  }

  private byte[] content(Header h, String what) throws SymbolFileException {
    checkInside(what, h.offset, h.size);
    return file.asSlice(h.offset, h.size).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
  }

  private void checkInside(String what, long offset, long length) throws SymbolFileException {
    if (offset < 0 || length < 0 || offset > file.byteSize() - length) {
      throw new SymbolFileException.Truncated(
          path,
          "truncated: %s ends at 0x%x, the file at 0x%x; copy it again"
              .formatted(what, offset + length, file.byteSize()));
    }
  }

  private ByteCursor cursor(long offset, int length) {
    if (offset < 0 || offset > file.byteSize() - length) {
      throw new MalformedDataException("headers end behind the end of the file");
    }
    return new ByteCursor(
        file.asSlice(offset, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
  }

  /** Replaces a section's bytes, after decompression or relocation; only while opening. */
  void replace(ElfSection section) {
    List<ElfSection> changed = new ArrayList<>(sections);
    changed.set(section.index(), section);
    sections = changed;
    byName.put(section.name(), section);
  }

  /** Whether this is an ELF64 file. */
  boolean wide() {
    return wide;
  }

  public Path path() {
    return path;
  }

  public Architecture architecture() {
    return architecture;
  }

  /** e_entry, without load bias. */
  public long entry() {
    return entry;
  }

  /** An object file or kernel module: its sections have no addresses of their own yet. */
  public boolean relocatable() {
    return type == ET_REL;
  }

  /** A position-independent executable or shared object. */
  public boolean positionIndependent() {
    return type == ET_DYN;
  }

  public List<ElfSection> sections() {
    return sections;
  }

  /** The first section of that name. */
  public Optional<ElfSection> section(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The executable or data section that holds an address (without bias), and has bytes there. */
  public Optional<ElfSection> sectionAt(long address) {
    for (ElfSection section : sections) {
      if (section.allocated()
          && Long.compareUnsigned(address - section.address(), section.memorySize()) < 0) {
        return Optional.of(section);
      }
    }
    return Optional.empty();
  }

  /** The GNU build id in lower-case hex, if the file has one. */
  public Optional<String> buildId() {
    for (ElfSection section : sections) {
      if (section.type() == ElfSection.SHT_NOTE) {
        Optional<String> id = buildId(new ByteCursor(section.readAll()));
        if (id.isPresent()) {
          return id;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> buildId(ByteCursor in) {
    while (in.remaining() >= 12) {
      long nameSize = in.u32();
      long size = in.u32();
      long noteType = in.u32();
      if (nameSize + size > in.remaining()) {
        break; // damaged; another section may have the id
      }
      byte[] name = in.take(nameSize);
      in.skip(Math.min(in.remaining(), -nameSize & 3));
      byte[] description = in.take(Math.min(in.remaining(), size));
      in.skip(Math.min(in.remaining(), -size & 3));
      if (noteType == 3 && name.length == 4 && name[0] == 'G') {
        return Optional.of(HexFormat.of().formatHex(description));
      }
    }
    return Optional.empty();
  }

  /** Unmaps the file. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
