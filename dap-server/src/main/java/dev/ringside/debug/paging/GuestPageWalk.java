package dev.ringside.debug.paging;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Walks the guest's paging structures without side effects, for display: no access rights are
 * checked (SDM vol. 3A, 4.3 to 4.5). On the view's thread.
 */
public final class GuestPageWalk {
  private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
  private static final String[] LONG_NAMES = {"PTE", "PDE", "PDPTE", "PML4E", "PML5E"};

  private final GuestView view;
  private final List<Walk.Level> levels = new ArrayList<>();

  private GuestPageWalk(GuestView view) {
    this.view = view;
  }

  /** Translates a linear address. */
  public static Walk of(GuestView view, long linear) {
    return new GuestPageWalk(view).walk(linear);
  }

  private Walk walk(long linear) {
    long cr0 = view.cpu().read(Register.CR0);
    long cr3 = view.cpu().read(Register.CR3);
    long cr4 = view.cpu().read(Register.CR4);
    String of = "walk of 0x" + Long.toHexString(linear);
    if ((cr0 & ControlBits.CR0_PG) == 0) {
      return new Walk(
          of, List.of(), OptionalLong.of(linear & 0xffff_ffffL), "paging is off: CR0.PG = 0");
    }
    boolean longMode = (efer() & ControlBits.EFER_LMA) != 0;
    if (longMode) {
      int top = (cr4 & ControlBits.CR4_LA57) != 0 ? 4 : 3;
      return wide(of + ", " + (top + 1) + "-level paging", linear, cr3 & ADDRESS, top, 0);
    }
    if ((cr4 & ControlBits.CR4_PAE) != 0) {
      return wide(of + ", PAE paging", linear & 0xffff_ffffL, cr3 & 0xffff_ffe0L, 2, 2);
    }
    return narrow(of + ", 32-bit paging", linear & 0xffff_ffffL, cr3, cr4);
  }

  private long efer() {
    try {
      return view.cpu().readMsr(Msr.IA32_EFER.index());
    } catch (UnavailableException e) {
      return 0; // a processor without the MSR has no long mode
    }
  }

  /**
   * Tables of 64-bit entries.
   *
   * @param rootBits index bits of the root table, where not 9
   */
  private Walk wide(String title, long linear, long root, int top, int rootBits) {
    long table = root;
    for (int level = top; level >= 0; level--) {
      int shift = 12 + 9 * level;
      int bits = level == top && rootBits != 0 ? rootBits : 9;
      int index = (int) (linear >>> shift) & (1 << bits) - 1;
      long at = table + 8L * index;
      OptionalLong read = read(at, 8);
      if (read.isEmpty()) {
        return fault(
            title,
            LONG_NAMES[level] + " is at 0x" + Long.toHexString(at) + ", where there is no RAM");
      }
      long entry = read.getAsLong();
      boolean large = (level == 1 || level == 2) && (entry & 0x80) != 0 && rootBits * level != 4;
      boolean leaf = level == 0 || large;
      add(LONG_NAMES[level], index, at, entry, leaf, large, true, large ? shift : 12);
      if ((entry & 1) == 0) {
        return fault(title, "not mapped: " + LONG_NAMES[level] + " is not present");
      }
      if (leaf) {
        long offset = linear & (1L << shift) - 1;
        long base = entry & ADDRESS & -(1L << shift);
        String size = level == 0 ? "4 KiB" : level == 1 ? "2 MiB" : "1 GiB";
        return new Walk(title, levels, OptionalLong.of(base + offset), size + " page");
      }
      table = entry & ADDRESS;
    }
    throw new IllegalStateException("a page table entry is always a leaf");
  }

  private Walk narrow(String title, long linear, long cr3, long cr4) {
    int directoryIndex = (int) (linear >>> 22);
    long at = (cr3 & 0xffff_f000L) + 4L * directoryIndex;
    OptionalLong read = read(at, 4);
    if (read.isEmpty()) {
      return fault(title, "the page directory is where there is no RAM");
    }
    long entry = read.getAsLong();
    boolean large = (entry & 0x80) != 0 && (cr4 & ControlBits.CR4_PSE) != 0;
    add("PDE", directoryIndex, at, entry, large, large, false, large ? 22 : 12);
    if ((entry & 1) == 0) {
      return fault(title, "not mapped: PDE is not present");
    }
    if (large) {
      long base = (entry & 0xffc0_0000L) | (entry >>> 13 & 0xff) << 32;
      return new Walk(title, levels, OptionalLong.of(base + (linear & 0x3f_ffff)), "4 MiB page");
    }
    int tableIndex = (int) (linear >>> 12) & 0x3ff;
    at = (entry & 0xffff_f000L) + 4L * tableIndex;
    read = read(at, 4);
    if (read.isEmpty()) {
      return fault(title, "the page table is where there is no RAM");
    }
    entry = read.getAsLong();
    add("PTE", tableIndex, at, entry, true, false, false, 12);
    if ((entry & 1) == 0) {
      return fault(title, "not mapped: PTE is not present");
    }
    return new Walk(
        title, levels, OptionalLong.of((entry & 0xffff_f000L) + (linear & 0xfff)), "4 KiB page");
  }

  private void add(
      String name,
      int index,
      long at,
      long entry,
      boolean leaf,
      boolean large,
      boolean wide,
      int addressLow) {
    levels.add(
        new Walk.Level(name, index, at, entry, EntryBits.of(entry, leaf, large, wide, addressLow)));
  }

  private Walk fault(String title, String why) {
    return new Walk(title, levels, OptionalLong.empty(), why);
  }

  private OptionalLong read(long gpa, int size) {
    byte[] bytes = new byte[size];
    return view.readPhysical(gpa, bytes, 0, size) == size
        ? OptionalLong.of(LittleEndian.unsigned(bytes, 0, size))
        : OptionalLong.empty();
  }
}
