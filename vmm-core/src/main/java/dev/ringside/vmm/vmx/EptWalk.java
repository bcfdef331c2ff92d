package dev.ringside.vmm.vmx;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A walk of extended page tables without side effects, level by level, for a person to look at (SDM
 * vol. 3C, 29.3.2).
 *
 * @param guestPhysical the address that is translated
 * @param levels the entries met, the root's first
 * @param hostPhysical what it translates to; empty where the walk ends before
 * @param outcome how the walk ends, in a few words
 */
public record EptWalk(
    long guestPhysical, List<Level> levels, OptionalLong hostPhysical, String outcome) {
  private static final String[] NAMES = {"PTE", "PDE", "PDPTE", "PML4E"};

  /** Takes an unmodifiable copy. */
  public EptWalk {
    levels = List.copyOf(levels);
  }

  /**
   * One entry.
   *
   * @param name {@code PML4E}, {@code PDPTE}, {@code PDE} or {@code PTE}
   * @param address its host-physical address
   * @param value its eight bytes
   * @param bits its parts by name
   */
  public record Level(String name, long address, long value, List<NamedBits> bits) {
    /** Takes an unmodifiable copy. */
    public Level {
      bits = List.copyOf(bits);
    }
  }

  /**
   * Walks the tables of an EPT pointer.
   *
   * @param memory host-physical memory
   */
  public static EptWalk of(long eptPointer, long guestPhysical, PhysicalMemoryReader memory) {
    List<Level> levels = new ArrayList<>();
    if (guestPhysical >>> 48 != 0) {
      return new EptWalk(
          guestPhysical, levels, OptionalLong.empty(), "beyond what four levels translate");
    }
    long table = eptPointer & Ept.ADDRESS;
    for (int level = 3; ; level--) {
      long address = table + (guestPhysical >>> (12 + 9 * level) & 511) * 8;
      long entry = memory.read64(address);
      boolean leaf = level == 0 || ((entry & Ept.LARGE) != 0 && level < 3);
      levels.add(new Level(NAMES[level], address, entry, bits(entry, level, leaf)));
      if ((entry & Ept.RWX) == 0) {
        return new EptWalk(
            guestPhysical, levels, OptionalLong.empty(), "not present: an EPT violation");
      }
      if ((entry & 3) == 2) {
        return new EptWalk(
            guestPhysical,
            levels,
            OptionalLong.empty(),
            "writable but not readable: an EPT misconfiguration, as MMIO is marked");
      }
      if (leaf) {
        long mask = (1L << (12 + 9 * level)) - 1;
        long host = (entry & Ept.ADDRESS & ~mask) | (guestPhysical & mask);
        String size = level == 0 ? "4 KiB" : level == 1 ? "2 MiB" : "1 GiB";
        return new EptWalk(guestPhysical, levels, OptionalLong.of(host), size + " page");
      }
      table = entry & Ept.ADDRESS;
    }
  }

  private static List<NamedBits> bits(long entry, int level, boolean leaf) {
    List<NamedBits> bits = new ArrayList<>();
    add(bits, "read", 0, 0, entry, "");
    add(bits, "write", 1, 1, entry, "");
    add(bits, "execute", 2, 2, entry, "");
    if (leaf) {
      add(bits, "memory type", 5, 3, entry, memoryType((int) (entry >>> 3) & 7));
      add(bits, "ignore PAT", 6, 6, entry, "");
    }
    if (level > 0) {
      add(bits, "large page", 7, 7, entry, "");
    }
    add(bits, "accessed", 8, 8, entry, "");
    if (leaf) {
      add(bits, "dirty", 9, 9, entry, "");
    }
    add(bits, leaf ? "page frame" : "table", 51, 12, entry, "");
    return bits;
  }

  private static void add(
      List<NamedBits> bits, String name, int high, int low, long entry, String meaning) {
    long value = entry >>> low & (-1L >>> (63 - (high - low)));
    bits.add(new NamedBits(name, high, low, value, meaning));
  }

  private static String memoryType(int type) {
    return switch (type) {
      case 0 -> "uncacheable";
      case 1 -> "write-combining";
      case 4 -> "write-through";
      case 5 -> "write-protected";
      case 6 -> "write-back";
      default -> "reserved";
    };
  }
}
