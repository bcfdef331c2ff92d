package dev.ringside.vmm.vmx;

/**
 * Extended page tables of four levels (SDM vol. 3C, 29.3) in host-physical memory, built by the
 * monitor: identity for RAM, with the largest pages that fit, and everything else misconfigured as
 * KVM marks MMIO. Confined to one thread.
 */
public final class Ept {
  /** Read, write and execute permission. */
  public static final long RWX = 7;

  /** Bit 7 of a PDPTE or PDE: it maps a page. */
  public static final long LARGE = 1L << 7;

  public static final long ACCESSED = 1L << 8;
  public static final long DIRTY = 1L << 9;

  /** Bits 5:3 of an entry that maps a page: write-back. */
  public static final long WRITE_BACK = 6L << 3;

  /** Bits 51:12 of an entry. */
  public static final long ADDRESS = 0x000f_ffff_ffff_f000L;

  private final HostMemory host;
  private final long root;

  /** Tables in which every guest-physical address is misconfigured. */
  public Ept(HostMemory host) {
    this.host = host;
    this.root = table(DefaultControls.MMIO_EPT_ENTRY);
  }

  /** The host-physical address of the PML4 table. */
  public long root() {
    return root;
  }

  /**
   * Maps guest-physical addresses, both ends multiples of 4 KiB, to the same host-physical ones.
   */
  public void mapIdentity(long start, long end) {
    long at = start;
    while (at < end) {
      int level = levelFor(at, end);
      set(at, level, at | RWX | WRITE_BACK | (level > 0 ? LARGE : 0));
      at += size(level);
    }
  }

  /**
   * Makes every access to those addresses, both ends multiples of 4 KiB, an EPT misconfiguration.
   */
  public void misconfigure(long start, long end) {
    long at = start;
    while (at < end) {
      int level = levelFor(at, end);
      set(at, level, DefaultControls.MMIO_EPT_ENTRY);
      at += size(level);
    }
  }

  /** Sets the entry of one 4-KiB page. */
  public void setPage(long gpa, long entry) {
    set(gpa, 0, entry);
  }

  private static long size(int level) {
    return 1L << (12 + 9 * level);
  }

  private static int levelFor(long at, long end) {
    for (int level = 2; level > 0; level--) {
      if ((at & (size(level) - 1)) == 0 && end - at >= size(level)) {
        return level;
      }
    }
    return 0;
  }

  private void set(long gpa, int level, long entry) {
    long table = root;
    for (int l = 3; l > level; l--) {
      long address = table + (gpa >>> (12 + 9 * l) & 511) * 8;
      long present = host.read64(address);
      if ((present & RWX) != RWX || (present & LARGE) != 0) {
        long lower = table(0);
        for (int i = 0; i < 512; i++) {
          host.write64(lower + i * 8, split(present, l - 1, i));
        }
        present = lower | RWX;
        host.write64(address, present);
      }
      table = present & ADDRESS;
    }
    host.write64(table + (gpa >>> (12 + 9 * level) & 511) * 8, entry);
  }

  /**
   * What entry {@code i} of a table at that level must hold to mean what one entry above it did.
   */
  private static long split(long entry, int level, int i) {
    if ((entry & LARGE) == 0 || (entry & RWX) != RWX) {
      return entry;
    }
    long page = entry + i * size(level);
    return level == 0 ? page & ~LARGE : page;
  }

  private long table(long entry) {
    long page = host.allocate();
    for (int i = 0; entry != 0 && i < 512; i++) {
      host.write64(page + i * 8, entry);
    }
    return page;
  }
}
