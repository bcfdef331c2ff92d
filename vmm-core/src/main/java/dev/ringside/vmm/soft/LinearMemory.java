package dev.ringside.vmm.soft;

import dev.ringside.vmm.PhysicalBus;
import dev.ringside.vmm.memory.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Memory as instructions see it: linear addresses, through a software TLB. A hit costs one compare
 * and one bounds-checked access; everything else (page walks, page crossings, MMIO, watched pages,
 * pages with decoded code) is the slow path.
 *
 * <p>The TLB has one set of tables a privilege: supervisor, user, supervisor with EFLAGS.AC while
 * SMAP is on, and user with alignment checks. An entry maps a linear page to RAM: tag = page
 * address, delta = segment offset − linear address. Reads and writes have tables of their own; a
 * page enters the write table once its dirty bit is set, and only while no decoded code and no
 * watchpoint stands on it.
 */
final class LinearMemory {
  static final int SUPERVISOR = 0;
  static final int USER = 1;
  static final int SUPERVISOR_AC = 2;

  /** User, with alignment checks (CR0.AM and EFLAGS.AC): its tables stay empty. */
  static final int USER_ALIGNED = 3;

  private static final int TLB_BITS = 9;
  private static final int TLB_SIZE = 1 << TLB_BITS;
  private static final int TLB_MASK = TLB_SIZE - 1;
  private static final long PAGE_MASK = -GuestMemory.PAGE_SIZE;
  private static final long NO_TAG = 1;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment ram;
  private final GuestMemory memory;
  private final PageWalker walker;
  private final Watches watches;
  private final RestartSignal restart = new RestartSignal();

  private final long[] fetchTag = new long[TLB_SIZE];
  private final long[] fetchDelta = new long[TLB_SIZE];
  private final long[][] readTags = new long[4][TLB_SIZE];
  private final long[][] readDeltas = new long[4][TLB_SIZE];
  private final long[][] writeTags = new long[4][TLB_SIZE];
  private final long[][] writeDeltas = new long[4][TLB_SIZE];

  private int privilege = SUPERVISOR;

  /** {@link #privilege} as page walks know it. */
  private int walkAs = SUPERVISOR;

  private long[] readTag = readTags[SUPERVISOR];
  private long[] readDelta = readDeltas[SUPERVISOR];
  private long[] writeTag = writeTags[SUPERVISOR];
  private long[] writeDelta = writeDeltas[SUPERVISOR];

  /** Set while one instruction runs alone: code may be written and watchpoints touched. */
  private boolean alone;

  /** Set while an exiting instruction is emulated: where its MMIO goes. */
  private @Nullable PhysicalBus bus;

  private int epoch;

  LinearMemory(GuestMemory memory, PageWalker walker, Watches watches) {
    this.memory = memory;
    this.ram = memory.segment();
    this.walker = walker;
    this.watches = watches;
    flush();
  }

  /** Forgets all translations. */
  void flush() {
    Arrays.fill(fetchTag, NO_TAG);
    for (int p = 0; p < 4; p++) {
      Arrays.fill(readTags[p], NO_TAG);
      Arrays.fill(writeTags[p], NO_TAG);
    }
    epoch++;
  }

  /**
   * Forgets the translations of one page (INVLPG; large pages are entered as 4 KiB ones, so a flush
   * is safest).
   */
  void flushPage(long linear) {
    flush();
  }

  /**
   * Forgets that any page may be written directly: after code was decoded on a page, or a
   * watchpoint set.
   */
  void flushWrites() {
    for (int p = 0; p < 4; p++) {
      Arrays.fill(writeTags[p], NO_TAG);
    }
  }

  /** Forgets where code was found, as after a flush: CS's base has changed. */
  void forgetCode() {
    epoch++;
  }

  /** Changes whenever the code at a linear RIP may be another: a flush, a new CS base. */
  int epoch() {
    return epoch;
  }

  /**
   * Where the byte of code at a linear address lies in the RAM segment.
   *
   * @throws GuestFault #PF
   * @throws StopSignal if there is no RAM: nothing sensible can be fetched from MMIO
   */
  long fetchOffset(long linear) {
    int slot = (int) (linear >>> 12) & TLB_MASK;
    long tag = (linear & PAGE_MASK) | (walkAs == USER ? 2 : 0);
    if (fetchTag[slot] == tag) {
      return linear + fetchDelta[slot];
    }
    long gpa = walker.translate(linear, PageWalker.FETCH, walkAs);
    long offset = memory.offsetOf(gpa);
    if (offset < 0) {
      throw new StopSignal(
          String.format(
              "instruction fetch from unbacked memory: linear address 0x%x, guest-physical 0x%x",
              linear, gpa));
    }
    fetchTag[slot] = tag;
    fetchDelta[slot] = offset - linear;
    return offset;
  }

  /** A linear address as the current mode wraps it: 32 bits outside 64-bit mode. */
  long wrap(long linear) {
    return walker.wrap(linear);
  }

  /**
   * Chooses the tables for {@link #SUPERVISOR}, {@link #USER}, {@link #SUPERVISOR_AC} or {@link
   * #USER_ALIGNED} accesses.
   */
  void privilege(int which) {
    privilege = which;
    walkAs = which == USER_ALIGNED ? USER : which;
    readTag = readTags[which];
    readDelta = readDeltas[which];
    writeTag = writeTags[which];
    writeDelta = writeDeltas[which];
  }

  int privilege() {
    return privilege;
  }

  /** Whether one instruction runs alone from here on; see {@link RestartSignal}. */
  void alone(boolean on) {
    alone = on;
  }

  /** Whether accesses touched watched addresses and nobody has been told yet. */
  boolean touchedWatches() {
    return watches.hasHits();
  }

  boolean isAlone() {
    return alone;
  }

  /** Where MMIO goes from here on; null: it exits. */
  void emulating(@Nullable PhysicalBus target) {
    bus = target;
  }

  @Nullable PhysicalBus bus() {
    return bus;
  }

  int readByte(long linear) {
    int slot = (int) (linear >>> 12) & TLB_MASK;
    if (readTag[slot] == (linear & PAGE_MASK)) {
      return ram.get(BYTE, linear + readDelta[slot]) & 0xff;
    }
    return (int) readSlow(linear, 1);
  }

  int readShort(long linear) {
    int slot = (int) (linear >>> 12) & TLB_MASK;
    if (readTag[slot] == ((linear + 1) & PAGE_MASK)) {
      return ram.get(SHORT, linear + readDelta[slot]) & 0xffff;
    }
    return (int) readSlow(linear, 2);
  }

  int readInt(long linear) {
    int slot = (int) (linear >>> 12) & TLB_MASK;
    if (readTag[slot] == ((linear + 3) & PAGE_MASK)) {
      return ram.get(INT, linear + readDelta[slot]);
    }
    return (int) readSlow(linear, 4);
  }

  long readLong(long linear) {
    int slot = (int) (linear >>> 12) & TLB_MASK;
    if (readTag[slot] == ((linear + 7) & PAGE_MASK)) {
      return ram.get(LONG, linear + readDelta[slot]);
    }
    return readSlow(linear, 8);
  }

  /** Reads 1, 2, 4 or 8 bytes, zero-extended. */
  long read(long linear, int size) {
    return switch (size) {
      case 1 -> readByte(linear);
      case 2 -> readShort(linear);
      case 4 -> readInt(linear) & 0xffff_ffffL;
      default -> readLong(linear);
    };
  }

  void writeByte(long linear, int value) {
    int slot = (int) (linear >>> 12) & TLB_MASK;
    if (writeTag[slot] == (linear & PAGE_MASK)) {
      ram.set(BYTE, linear + writeDelta[slot], (byte) value);
    } else {
      writeSlow(linear, 1, value);
    }
  }

  void writeShort(long linear, int value) {
    int slot = (int) (linear >>> 12) & TLB_MASK;
    if (writeTag[slot] == ((linear + 1) & PAGE_MASK)) {
      ram.set(SHORT, linear + writeDelta[slot], (short) value);
    } else {
      writeSlow(linear, 2, value);
    }
  }

  void writeInt(long linear, int value) {
    int slot = (int) (linear >>> 12) & TLB_MASK;
    if (writeTag[slot] == ((linear + 3) & PAGE_MASK)) {
      ram.set(INT, linear + writeDelta[slot], value);
    } else {
      writeSlow(linear, 4, value);
    }
  }

  void writeLong(long linear, long value) {
    int slot = (int) (linear >>> 12) & TLB_MASK;
    if (writeTag[slot] == ((linear + 7) & PAGE_MASK)) {
      ram.set(LONG, linear + writeDelta[slot], value);
    } else {
      writeSlow(linear, 8, value);
    }
  }

  /** Writes the low 1, 2, 4 or 8 bytes of a value. */
  void write(long linear, int size, long value) {
    switch (size) {
      case 1 -> writeByte(linear, (int) value);
      case 2 -> writeShort(linear, (int) value);
      case 4 -> writeInt(linear, (int) value);
      default -> writeLong(linear, value);
    }
  }

  /**
   * Throws what a write of {@code size} bytes (1 to 4096) would throw, without writing:
   * instructions that write more than one place, and read-modify-write ones, call it first. MMIO
   * does not exit here.
   */
  void checkWrite(long linear, int size) {
    int slot = (int) (linear >>> 12) & TLB_MASK;
    if (writeTag[slot] != ((linear + size - 1) & PAGE_MASK)) {
      checkAlignment(linear, size);
      boolean crosses = crosses(linear, size);
      if (crosses) {
        checkEnd(linear, size);
      }
      walker.translate(linear, PageWalker.WRITE, walkAs);
      if (crosses) {
        walker.translate(walker.wrap((linear + size - 1) & PAGE_MASK), PageWalker.WRITE, walkAs);
      }
      if (!alone) {
        restartIfSpecial(linear, size, true);
      }
    }
  }

  /** Throws what a read of one byte would throw. */
  void checkRead(long linear) {
    if (readTag[(int) (linear >>> 12) & TLB_MASK] != (linear & PAGE_MASK)) {
      walker.translate(linear, PageWalker.READ, walkAs);
    }
  }

  /** Whether the instruction that runs alone has touched a watched range. */
  boolean watchHit() {
    return alone && watches.isHit();
  }

  /**
   * Copies as a loop of upward moves would, between ranges that each lie in one page.
   *
   * @return false, and nothing done, unless both pages are in the TLB and the loop is a plain copy
   */
  boolean copy(long to, long from, int length) {
    int target = (int) (to >>> 12) & TLB_MASK;
    int source = (int) (from >>> 12) & TLB_MASK;
    if (writeTag[target] != (to & PAGE_MASK) || readTag[source] != (from & PAGE_MASK)) {
      return false;
    }
    long into = to + writeDelta[target];
    long outOf = from + readDelta[source];
    if (into > outOf && into < outOf + length) {
      return false;
    }
    MemorySegment.copy(ram, outOf, ram, into, length);
    return true;
  }

  /**
   * Fills a range that lies in one page with an element of 1, 2, 4 or 8 bytes.
   *
   * @return false, and nothing done, unless the page is in the TLB
   */
  boolean fill(long to, int bytes, long element, int length) {
    int slot = (int) (to >>> 12) & TLB_MASK;
    if (writeTag[slot] != (to & PAGE_MASK)) {
      return false;
    }
    long into = to + writeDelta[slot];
    long first = element & (-1L >>> (64 - 8 * bytes));
    if (first == (first & 0xff) * (0x0101010101010101L >>> (64 - 8 * bytes))) {
      ram.asSlice(into, length).fill((byte) first);
    } else {
      for (int i = 0; i < length; i += bytes) {
        writeRam(into + i, bytes, element);
      }
    }
    return true;
  }

  /**
   * Reads as the supervisor whatever CPL is: descriptor tables and the TSS (SDM vol. 3A, 4.6.1).
   */
  long readSystem(long linear, int size) {
    int saved = privilege;
    privilege(SUPERVISOR);
    try {
      return read(linear, size);
    } finally {
      privilege(saved);
    }
  }

  /** Writes as the supervisor whatever CPL is. */
  void writeSystem(long linear, int size, long value) {
    int saved = privilege;
    privilege(SUPERVISOR);
    try {
      write(linear, size, value);
    } finally {
      privilege(saved);
    }
  }

  private static boolean crosses(long linear, int size) {
    return ((linear ^ (linear + size - 1)) & PAGE_MASK) != 0;
  }

  /** A non-canonical end comes before any #PF (SDM vol. 3A, table 6-2). */
  private void checkEnd(long linear, int size) {
    long end = walker.wrap(linear + size - 1);
    if (!PageWalker.isCanonical(end)) {
      walker.translate(end, PageWalker.READ, walkAs);
    }
  }

  private void checkAlignment(long linear, int size) {
    if (privilege == USER_ALIGNED && size <= 8 && (linear & (size - 1)) != 0) {
      throw walker.misaligned();
    }
  }

  private long readSlow(long linear, int size) {
    checkAlignment(linear, size);
    if (!alone && watches.touches(linear, size, false)) {
      throw restart;
    }
    if (crosses(linear, size)) {
      checkEnd(linear, size);
      long gpaFirst = walker.translate(linear, PageWalker.READ, walkAs);
      long second = walker.wrap((linear + size - 1) & PAGE_MASK);
      long gpaSecond = walker.translate(second, PageWalker.READ, walkAs);
      int inFirst = (int) (-linear & ~PAGE_MASK);
      long value = 0;
      for (int i = size - 1; i >= 0; i--) {
        long gpa = i < inFirst ? gpaFirst + i : gpaSecond + (i - inFirst);
        value = value << 8 | readPhysical(gpa, linear, 1);
      }
      noteWatch(linear, size, false, value);
      return value;
    }
    long gpa = walker.translate(linear, PageWalker.READ, walkAs);
    long offset = memory.offsetOf(gpa);
    if (offset < 0) {
      return readPhysical(gpa, linear, size);
    }
    if (privilege != USER_ALIGNED && !watches.onPage(linear)) {
      int slot = (int) (linear >>> 12) & TLB_MASK;
      readTag[slot] = linear & PAGE_MASK;
      readDelta[slot] = offset - linear;
    }
    long value = readRam(offset, size);
    noteWatch(linear, size, false, value);
    return value;
  }

  private void writeSlow(long linear, int size, long value) {
    checkAlignment(linear, size);
    boolean crosses = crosses(linear, size);
    if (crosses) {
      checkEnd(linear, size);
    }
    long gpa = walker.translate(linear, PageWalker.WRITE, walkAs);
    long gpaSecond =
        crosses
            ? walker.translate(
                walker.wrap((linear + size - 1) & PAGE_MASK), PageWalker.WRITE, walkAs)
            : 0;
    if (!alone) {
      restartIfSpecial(linear, size, true);
    }
    boolean watched = alone && watches.touches(linear, size, true);
    long before = watched ? peek(gpa, gpaSecond, linear, size) : 0;
    if (crosses) {
      int inFirst = (int) (-linear & ~PAGE_MASK);
      for (int i = 0; i < size; i++) {
        long at = i < inFirst ? gpa + i : gpaSecond + (i - inFirst);
        writePhysical(at, linear, 1, value >>> (8 * i));
      }
    } else {
      long offset = memory.offsetOf(gpa);
      if (offset >= 0
          && privilege != USER_ALIGNED
          && memory.codeLines(offset) == 0
          && !watches.onPage(linear)) {
        int slot = (int) (linear >>> 12) & TLB_MASK;
        writeTag[slot] = linear & PAGE_MASK;
        writeDelta[slot] = offset - linear;
        writeRam(offset, size, value);
      } else {
        writePhysical(gpa, linear, size, value);
      }
    }
    if (watched) {
      watches.hit(linear, size, true, before, value);
    }
  }

  private void noteWatch(long linear, int size, boolean write, long value) {
    if (alone && watches.touches(linear, size, write)) {
      watches.hit(linear, size, write, value, value);
    }
  }

  private void restartIfSpecial(long linear, int size, boolean write) {
    if (watches.touches(linear, size, write)) {
      throw restart;
    }
    int first =
        Math.min(size, (int) (-linear & ~PAGE_MASK) == 0 ? size : (int) (-linear & ~PAGE_MASK));
    if (holdsCode(linear, first) || (first < size && holdsCode(linear + first, size - first))) {
      throw restart;
    }
  }

  private boolean holdsCode(long linear, int length) {
    long offset = memory.offsetOf(walker.translate(linear, PageWalker.WRITE, walkAs));
    return offset >= 0
        && (memory.codeLines(offset) & GuestMemory.lineMask((int) offset & 0xfff, length)) != 0;
  }

  private long peek(long gpa, long gpaSecond, long linear, int size) {
    int inFirst = (int) (-linear & ~PAGE_MASK);
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      long at = !crosses(linear, size) || i < inFirst ? gpa + i : gpaSecond + (i - inFirst);
      long offset = memory.offsetOf(at);
      value = value << 8 | (offset < 0 ? 0xff : readRam(offset, 1));
    }
    return value;
  }

  private long readPhysical(long gpa, long linear, int size) {
    long offset = memory.offsetOf(gpa);
    if (offset >= 0) {
      return readRam(offset, size);
    }
    PhysicalBus target = bus;
    if (target == null) {
      throw walker.mmioExit(gpa, linear, false, size, 0);
    }
    return target.readMemory(gpa, size);
  }

  private void writePhysical(long gpa, long linear, int size, long value) {
    if (memory.offsetOf(gpa) >= 0) {
      switch (size) {
        case 1 -> memory.writeByte(gpa, (int) value);
        case 2 -> memory.writeShort(gpa, (int) value);
        case 4 -> memory.writeInt(gpa, (int) value);
        default -> memory.writeLong(gpa, value);
      }
      return;
    }
    PhysicalBus target = bus;
    if (target == null) {
      throw walker.mmioExit(gpa, linear, true, size, value);
    }
    target.writeMemory(gpa, size, value);
  }

  private long readRam(long offset, int size) {
    return switch (size) {
      case 1 -> ram.get(BYTE, offset) & 0xff;
      case 2 -> ram.get(SHORT, offset) & 0xffff;
      case 4 -> ram.get(INT, offset) & 0xffff_ffffL;
      default -> ram.get(LONG, offset);
    };
  }

  private void writeRam(long offset, int size, long value) {
    switch (size) {
      case 1 -> ram.set(BYTE, offset, (byte) value);
      case 2 -> ram.set(SHORT, offset, (short) value);
      case 4 -> ram.set(INT, offset, (int) value);
      default -> ram.set(LONG, offset, value);
    }
  }
}
