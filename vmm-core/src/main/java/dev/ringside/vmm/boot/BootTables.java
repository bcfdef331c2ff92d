package dev.ringside.vmm.boot;

import dev.ringside.vmm.device.MemoryRegion;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.DescriptorTable;

/**
 * The descriptor and page tables under which an image starts. The selectors are those of Linux's
 * boot protocol ({@code __BOOT_CS} and {@code __BOOT_DS}, Documentation/x86/boot.rst), for every
 * format.
 */
final class BootTables {
  static final int CODE = 0x10;
  static final int DATA = 0x18;
  static final int TASK = 0x20;

  /** Bytes of the page tables: one PML4, one PDPT, four page directories. */
  static final int PAGE_TABLES = 6 * GuestMemory.PAGE_SIZE;

  private static final int DESCRIPTORS = 6;
  private static final long CODE64 = 0x00af_9b00_0000_ffffL;
  private static final long CODE32 = 0x00cf_9b00_0000_ffffL;
  private static final long DATA32 = 0x00cf_9300_0000_ffffL;
  private static final long TASK32 = 0x0000_8b00_0000_0067L;

  private static final long PRESENT_WRITABLE = 3;
  private static final long LARGE = 1 << 7;
  private static final long TWO_MIB = 1 << 21;

  private BootTables() {}

  /** Writes a flat descriptor table in low memory. */
  static DescriptorTable descriptors(Placement placement, boolean longMode)
      throws GuestImageException {
    int length = DESCRIPTORS * 8;
    long at = placement.lowest("the descriptor table", length, 0x1000, MemoryRegion.EBDA);
    GuestMemory memory = placement.memory();
    memory.writeLong(at + CODE, longMode ? CODE64 : CODE32);
    memory.writeLong(at + DATA, DATA32);
    memory.writeLong(at + TASK, TASK32);
    return new DescriptorTable(at, length - 1);
  }

  /**
   * Writes page tables that map the first 4 GiB onto themselves with 2 MiB pages (SDM vol. 3A,
   * 4.5): CR3's value.
   */
  static long identityMap(Placement placement) throws GuestImageException {
    long pml4 = placement.lowest("the page tables", PAGE_TABLES, 0x1000, MemoryRegion.EBDA);
    GuestMemory memory = placement.memory();
    long pdpt = pml4 + GuestMemory.PAGE_SIZE;
    memory.writeLong(pml4, pdpt | PRESENT_WRITABLE);
    for (int gib = 0; gib < 4; gib++) {
      long directory = pdpt + (gib + 1L) * GuestMemory.PAGE_SIZE;
      memory.writeLong(pdpt + 8L * gib, directory | PRESENT_WRITABLE);
      for (int i = 0; i < 512; i++) {
        long page = (gib * 512L + i) * TWO_MIB;
        memory.writeLong(directory + 8L * i, page | PRESENT_WRITABLE | LARGE);
      }
    }
    return pml4;
  }
}
