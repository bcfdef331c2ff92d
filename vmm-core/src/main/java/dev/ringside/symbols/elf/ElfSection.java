package dev.ringside.symbols.elf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One section: its header's fields and its bytes, which stay in the mapped file until asked for.
 * Thread-safe.
 */
public final class ElfSection {
  static final int SHT_SYMTAB = 2;
  static final int SHT_RELA = 4;
  static final int SHT_NOTE = 7;
  static final int SHT_NOBITS = 8;
  static final int SHT_REL = 9;
  static final int SHT_DYNSYM = 11;
  static final long SHF_ALLOC = 2;
  static final long SHF_EXECINSTR = 4;
  static final long SHF_COMPRESSED = 0x800;

  private final int index;
  private final String name;
  private final int type;
  private final long flags;
  private final long address;
  private final int link;
  private final int info;
  private final MemorySegment content;
  private final long memorySize;

  ElfSection(
      int index,
      String name,
      int type,
      long flags,
      long address,
      int link,
      int info,
      MemorySegment content,
      long memorySize) {
    this.index = index;
    this.name = name;
    this.type = type;
    this.flags = flags;
    this.address = address;
    this.link = link;
    this.info = info;
    this.content = content;
    this.memorySize = memorySize;
  }

  ElfSection withContent(byte[] bytes) {
    return new ElfSection(
        index,
        name,
        type,
        flags & ~SHF_COMPRESSED,
        address,
        link,
        info,
        MemorySegment.ofArray(bytes),
        bytes.length);
  }

  ElfSection withAddress(long newAddress) {
    return new ElfSection(index, name, type, flags, newAddress, link, info, content, memorySize);
  }

  /** A section that is not there: no bytes. */
  public static ElfSection absent(String name) {
    return new ElfSection(0, name, 0, 0, 0, 0, 0, MemorySegment.ofArray(new byte[0]), 0);
  }

  public int index() {
    return index;
  }

  public String name() {
    return name;
  }

  int type() {
    return type;
  }

  int link() {
    return link;
  }

  int info() {
    return info;
  }

  /** Whether the section is in memory at run time. */
  public boolean allocated() {
    return (flags & SHF_ALLOC) != 0;
  }

  public boolean executable() {
    return (flags & SHF_EXECINSTR) != 0;
  }

  boolean compressed() {
    return (flags & SHF_COMPRESSED) != 0;
  }

  /** The address in the file's own terms, without load bias. */
  public long address() {
    return address;
  }

  /** Bytes in the file; 0 for .bss. */
  public long size() {
    return content.byteSize();
  }

  /** Bytes in memory. */
  public long memorySize() {
    return memorySize;
  }

  public boolean isEmpty() {
    return content.byteSize() == 0;
  }

  /** Copies a part into the heap. */
  public byte[] read(long offset, long length) {
    if (offset < 0 || length < 0 || length > Integer.MAX_VALUE - 16 || offset > size() - length) {
      throw new MalformedDataException(
          "%s has no 0x%x bytes at 0x%x".formatted(name, length, offset));
    }
    byte[] bytes = new byte[(int) length];
    MemorySegment.copy(content, ValueLayout.JAVA_BYTE, offset, bytes, 0, (int) length);
    return bytes;
  }

  /** Copies the whole section into the heap. */
  public byte[] readAll() {
    return read(0, size());
  }
}
