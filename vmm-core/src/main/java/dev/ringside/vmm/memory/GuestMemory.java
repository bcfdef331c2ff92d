package dev.ringside.vmm.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Guest-physical RAM: one bounded segment, whose bounds checks are the isolation between guest and
 * host. RAM below 3 GiB starts at gpa 0; the rest starts at 4 GiB, above the hole for MMIO. The
 * legacy video window 0xA0000 to 0xBFFFF is not RAM.
 *
 * <p>Every page has a mask of its 64-byte lines that hold decoded instructions. A write through
 * this class to such a line tells the {@link CodeListener}; a processor's own fast path must not
 * write to a page whose mask is not zero.
 *
 * <p>Reads and writes may come from any thread while the machine is stopped, and from the vCPU's
 * thread while it runs; plain accesses give no ordering beyond that.
 */
public final class GuestMemory {
  /** Where the hole below 4 GiB starts: RAM beyond this stands at 4 GiB. */
  public static final long LOW_LIMIT = 0xC000_0000L;

  public static final int PAGE_SHIFT = 12;
  public static final int PAGE_SIZE = 1 << PAGE_SHIFT;

  /** How much {@link #clear} looks at at once. */
  private static final long CLEARED = 16 * PAGE_SIZE;

  private static final long FOUR_GIB = 1L << 32;
  private static final long VIDEO_START = 0xA0000;
  private static final long VIDEO_END = 0xC0000;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Told, on the writing thread, that bytes which were decoded as instructions are about to change.
   */
  public interface CodeListener {
    /**
     * Lines of the page at {@code page} (gpa, page-aligned) whose bits are set in {@code lines} are
     * being written.
     */
    void codeWritten(long page, long lines);
  }

  private final MemorySegment ram;
  private final long lowSize;
  private final long[] codeLines;
  private CodeListener codeListener = (page, lines) -> {};

  /**
   * RAM over a segment that the caller allocated (zeroed, page-aligned size) and whose lifetime it
   * owns.
   *
   * @throws IllegalArgumentException if the size is not a positive multiple of 4 KiB
   */
  public GuestMemory(MemorySegment ram) {
    if (ram.byteSize() == 0 || (ram.byteSize() & (PAGE_SIZE - 1)) != 0) {
      throw new IllegalArgumentException(
          "guest RAM must be a multiple of 4 KiB, not " + ram.byteSize() + " bytes");
    }
    this.ram = ram;
    this.lowSize = Math.min(ram.byteSize(), LOW_LIMIT);
    this.codeLines = new long[Math.toIntExact(ram.byteSize() >>> PAGE_SHIFT)];
  }

  /** Zeroes all RAM; pages that are zero are only looked at, so that they need no host memory. */
  public void clear() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zero = arena.allocate(CLEARED);
      for (long offset = 0; offset < ram.byteSize(); offset += CLEARED) {
        MemorySegment piece = ram.asSlice(offset, Math.min(CLEARED, ram.byteSize() - offset));
        if (zero.asSlice(0, piece.byteSize()).mismatch(piece) >= 0) {
          piece.fill((byte) 0);
        }
      }
    }
  }

  /** All RAM in one piece; {@link #offsetOf} maps a gpa into it. */
  public MemorySegment segment() {
    return ram;
  }

  /** Bytes of RAM. */
  public long size() {
    return ram.byteSize();
  }

  /** Bytes of RAM that start at gpa 0. */
  public long lowSize() {
    return lowSize;
  }

  /** Bytes of RAM that start at 4 GiB. */
  public long highSize() {
    return ram.byteSize() - lowSize;
  }

  /** The offset in {@link #segment()} of the RAM byte at a gpa, or -1 where there is no RAM. */
  public long offsetOf(long gpa) {
    if (gpa >= 0 && gpa < lowSize) {
      return gpa >= VIDEO_START && gpa < VIDEO_END ? -1 : gpa;
    }
    long high = gpa - FOUR_GIB;
    return high >= 0 && high < highSize() ? lowSize + high : -1;
  }

  /** Whether all bytes from gpa on, {@code length} of them (at least one), are RAM. */
  public boolean isRam(long gpa, long length) {
    long first = offsetOf(gpa);
    long end = gpa + length - 1;
    if (first < 0 || length <= 0 || offsetOf(end) - first != length - 1) {
      return false;
    }
    return gpa >= VIDEO_END || end < VIDEO_START;
  }

  /** Registers the one listener for writes to decoded code: the processors' translation cache. */
  public void setCodeListener(CodeListener listener) {
    codeListener = listener;
  }

  /**
   * The mask of 64-byte lines of the RAM page at that segment offset that hold decoded
   * instructions.
   */
  public long codeLines(long offset) {
    return codeLines[(int) (offset >>> PAGE_SHIFT)];
  }

  /** Marks the bytes [offset, offset + length) of one page as decoded. */
  public void markCode(long offset, int length) {
    codeLines[(int) (offset >>> PAGE_SHIFT)] |= lineMask((int) offset & (PAGE_SIZE - 1), length);
  }

  /** Forgets that a page holds decoded instructions. */
  public void clearCode(long offset) {
    codeLines[(int) (offset >>> PAGE_SHIFT)] = 0;
  }

  /**
   * The lines that {@code length} bytes (1 to 4096) from {@code inPage} on touch, within one page.
   */
  public static long lineMask(int inPage, int length) {
    int first = inPage >>> 6;
    int last = Math.min(inPage + length - 1, PAGE_SIZE - 1) >>> 6;
    return (-1L >>> (63 - last)) & (-1L << first);
  }

  /** A byte, 0 to 255. */
  public int readByte(long gpa) {
    return ram.get(ValueLayout.JAVA_BYTE, check(gpa, 1)) & 0xff;
  }

  /** A little-endian 16-bit value, 0 to 65535. */
  public int readShort(long gpa) {
    return ram.get(SHORT, check(gpa, 2)) & 0xffff;
  }

  /** A little-endian 32-bit value. */
  public int readInt(long gpa) {
    return ram.get(INT, check(gpa, 4));
  }

  /** A little-endian 64-bit value. */
  public long readLong(long gpa) {
    return ram.get(LONG, check(gpa, 8));
  }

  /** Fills {@code target} from RAM. */
  public void read(long gpa, byte[] target, int offset, int length) {
    if (length > 0) {
      MemorySegment.copy(ram, ValueLayout.JAVA_BYTE, check(gpa, length), target, offset, length);
    }
  }

  /** Bytes of RAM. */
  public byte[] read(long gpa, int length) {
    byte[] bytes = new byte[length];
    read(gpa, bytes, 0, length);
    return bytes;
  }

  /** Sets a byte. */
  public void writeByte(long gpa, int value) {
    ram.set(ValueLayout.JAVA_BYTE, checkWrite(gpa, 1), (byte) value);
  }

  /** Sets a little-endian 16-bit value. */
  public void writeShort(long gpa, int value) {
    ram.set(SHORT, checkWrite(gpa, 2), (short) value);
  }

  /** Sets a little-endian 32-bit value. */
  public void writeInt(long gpa, int value) {
    ram.set(INT, checkWrite(gpa, 4), value);
  }

  /** Sets a little-endian 64-bit value. */
  public void writeLong(long gpa, long value) {
    ram.set(LONG, checkWrite(gpa, 8), value);
  }

  /** Copies {@code source} into RAM. */
  public void write(long gpa, byte[] source, int offset, int length) {
    if (length > 0) {
      MemorySegment.copy(
          source, offset, ram, ValueLayout.JAVA_BYTE, checkWrite(gpa, length), length);
    }
  }

  /** Copies all of {@code source} into RAM. */
  public void write(long gpa, byte[] source) {
    write(gpa, source, 0, source.length);
  }

  private long check(long gpa, long length) {
    if (!isRam(gpa, length)) {
      throw new UnbackedMemoryException(gpa, length);
    }
    return offsetOf(gpa);
  }

  private long checkWrite(long gpa, long length) {
    long offset = check(gpa, length);
    long last = (offset + length - 1) >>> PAGE_SHIFT;
    for (long page = offset >>> PAGE_SHIFT; page <= last; page++) {
      if (codeLines[(int) page] != 0) {
        long start = Math.max(offset, page << PAGE_SHIFT);
        long end = Math.min(offset + length, (page + 1) << PAGE_SHIFT);
        long lines = lineMask((int) (start & (PAGE_SIZE - 1)), (int) (end - start));
        if ((codeLines[(int) page] & lines) != 0) {
          codeListener.codeWritten((gpa + (start - offset)) & -PAGE_SIZE, lines);
        }
      }
    }
    return offset;
  }
}
