package dev.ringside.vmm.device;

import dev.ringside.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of the memory map that the guest is told (ACPI 6.5, 15.1, "E820").
 *
 * @param first first guest-physical address
 * @param length bytes
 * @param usable RAM that the guest may use, rather than reserved
 */
public record MemoryRegion(long first, long length, boolean usable) {
  /** The BIOS extended data area, the last KiB of conventional memory. */
  public static final long EBDA = 0x9_FC00;

  /** Where conventional memory ends. */
  public static final long VIDEO = 0xA_0000;

  /** The system BIOS's place, where the ACPI and MP tables stand. */
  public static final long FIRMWARE = 0xF_0000;

  /** Where extended memory starts. */
  public static final long ONE_MIB = 0x10_0000;

  private static final long FOUR_GIB = 1L << 32;

  /** One past the last byte. */
  public long end() {
    return first + length;
  }

  /** E820 type: 1 for RAM, 2 for reserved. */
  public int type() {
    return usable ? 1 : 2;
  }

  /** The map of a machine with that RAM, in rising order. */
  public static List<MemoryRegion> mapOf(GuestMemory memory) {
    List<MemoryRegion> map = new ArrayList<>();
    long low = memory.lowSize();
    add(map, 0, Math.min(low, EBDA), true);
    add(map, EBDA, Math.min(low, VIDEO), false);
    add(map, FIRMWARE, Math.min(low, ONE_MIB), false);
    add(map, ONE_MIB, low, true);
    add(map, FOUR_GIB, FOUR_GIB + memory.highSize(), true);
    return List.copyOf(map);
  }

  private static void add(List<MemoryRegion> map, long first, long end, boolean usable) {
    if (end > first) {
      map.add(new MemoryRegion(first, end - first, usable));
    }
  }
}
