package dev.ringside.vmm.vmx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The monitor's own pages in host-physical memory: EPT tables, bitmaps, MSR areas, the virtual-APIC
 * page. They lie above every guest-physical address that RAM can have, so that an identity-mapped
 * guest cannot reach them. Confined to the vCPU's thread while it runs.
 */
public final class HostMemory implements PhysicalMemoryReader {
  /** The first host-physical address that {@link #allocate} gives out. */
  public static final long BASE = 1L << 45;

  /** Bytes of a page. */
  public static final int PAGE_SIZE = 4096;

  private final Map<Long, ByteBuffer> pages = new HashMap<>();
  private long next = BASE;

  /** The host-physical address of a new page of zeros. */
  public long allocate() {
    long page = next;
    next += PAGE_SIZE;
    pages.put(page, ByteBuffer.allocate(PAGE_SIZE).order(ByteOrder.LITTLE_ENDIAN));
    return page;
  }

  /**
   * The host-physical address of a new page with this content (up to {@value #PAGE_SIZE} bytes).
   */
  public long allocate(byte[] content) {
    long page = allocate();
    write(page, content);
    return page;
  }

  /** Whether the page of that address is one of these. */
  public boolean contains(long address) {
    return pages.containsKey(address & -PAGE_SIZE);
  }

  @Override
  public long read64(long address) {
    ByteBuffer page = page(address);
    return page == null ? -1 : page.getLong((int) address & (PAGE_SIZE - 8));
  }

  /** A byte, 0 to 255; 255 where there is no page. */
  public int read8(long address) {
    ByteBuffer page = page(address);
    return page == null ? 0xff : page.get((int) address & (PAGE_SIZE - 1)) & 0xff;
  }

  /** Sets the eight bytes at an 8-byte aligned address; lost where there is no page. */
  public void write64(long address, long value) {
    ByteBuffer page = page(address);
    if (page != null) {
      page.putLong((int) address & (PAGE_SIZE - 8), value);
    }
  }

  /** Sets a byte; lost where there is no page. */
  public void write8(long address, int value) {
    ByteBuffer page = page(address);
    if (page != null) {
      page.put((int) address & (PAGE_SIZE - 1), (byte) value);
    }
  }

  /** Copies bytes to an address, over pages that follow each other. */
  public void write(long address, byte[] content) {
    for (int i = 0; i < content.length; i++) {
      write8(address + i, content[i]);
    }
  }

  private @Nullable ByteBuffer page(long address) {
    return address < BASE ? null : pages.get(address & -PAGE_SIZE);
  }
}
