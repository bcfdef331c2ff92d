package dev.ringside.vmm.soft;

import static dev.ringside.vmm.x86.ControlBits.CR0_PG;
import static dev.ringside.vmm.x86.ControlBits.CR0_WP;
import static dev.ringside.vmm.x86.ControlBits.CR4_PAE;
import static dev.ringside.vmm.x86.ControlBits.CR4_PSE;
import static dev.ringside.vmm.x86.ControlBits.CR4_SMAP;
import static dev.ringside.vmm.x86.ControlBits.CR4_SMEP;
import static dev.ringside.vmm.x86.ControlBits.EFER_LMA;
import static dev.ringside.vmm.x86.ControlBits.EFER_NXE;

import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.Vector;

/**
 * Translates linear addresses by the guest's page tables (SDM vol. 3A, chapter 4) and what they
 * give by the EPT. All modes: none, 32-bit with 4-MiB pages, PAE, 4-level.
 */
final class PageWalker {
  static final int READ = 0;
  static final int WRITE = 1;
  static final int FETCH = 2;

  /** MAXPHYADDR, as the guest's CPUID reports it. */
  static final int PHYSICAL_BITS = 40;

  static final long P = 1;
  static final long RW = 1 << 1;
  static final long US = 1 << 2;
  static final long A = 1 << 5;
  static final long D = 1 << 6;
  static final long PS = 1 << 7;
  static final long NX = 1L << 63;

  /** Bits 51:12. */
  static final long ADDRESS = 0x000f_ffff_ffff_f000L;

  private static final long BEYOND = ADDRESS & -(1L << PHYSICAL_BITS);

  private static final int ERROR_PRESENT = 1;
  private static final int ERROR_WRITE = 1 << 1;
  private static final int ERROR_USER = 1 << 2;
  private static final int ERROR_RESERVED = 1 << 3;
  private static final int ERROR_FETCH = 1 << 4;

  private final Processor c;
  private final GuestMemory memory;
  private final EptWalker ept;

  PageWalker(Processor c, GuestMemory memory, EptWalker ept) {
    this.c = c;
    this.memory = memory;
    this.ept = ept;
  }

  /** A linear address as the current mode wraps it: to 32 bits outside 64-bit mode. */
  long wrap(long linear) {
    return c.mode.isLong() ? linear : linear & 0xffff_ffffL;
  }

  /** Whether bits 63:47 are all equal. */
  static boolean isCanonical(long linear) {
    return linear << 16 >> 16 == linear;
  }

  /**
   * The physical address that an access goes to; sets accessed and dirty flags.
   *
   * @param access {@link #READ}, {@link #WRITE} or {@link #FETCH}
   * @param privilege as whom: {@link LinearMemory#SUPERVISOR} and so on
   * @throws GuestFault #PF, or #GP for a non-canonical address
   * @throws ExitSignal an EPT violation or misconfiguration
   */
  long translate(long linear, int access, int privilege) {
    long gpa;
    if ((c.cr0 & CR0_PG) == 0) {
      gpa = linear & 0xffff_ffffL;
    } else if ((c.efer & EFER_LMA) != 0) {
      if (!isCanonical(linear)) {
        GuestFault f = c.exception(Vector.GP, 0);
        f.nonCanonical = true;
        throw f;
      }
      gpa = walkLong(linear, access, privilege, c.cr3 & ADDRESS, 3, US | RW);
    } else if ((c.cr4 & CR4_PAE) != 0) {
      gpa = walkPae(linear & 0xffff_ffffL, access, privilege);
    } else {
      gpa = walk32(linear & 0xffff_ffffL, access, privilege);
    }
    int rights =
        access == WRITE ? EptWalker.WRITE : access == FETCH ? EptWalker.EXECUTE : EptWalker.READ;
    return ept.translate(gpa, rights, linear);
  }

  /** #AC(0): an access at CPL 3 that is not aligned, while CR0.AM and EFLAGS.AC are on. */
  GuestFault misaligned() {
    return c.exception(Vector.AC, 0);
  }

  /** The exit of an access to a physical address where there is no RAM. */
  ExitSignal mmioExit(long gpa, long linear, boolean write, int size, long value) {
    return ept.outside(gpa, linear, write, size, value, false);
  }

  private long walkPae(long linear, int access, int privilege) {
    long pdpte = c.pdpte[(int) (linear >>> 30)];
    if ((pdpte & P) == 0) {
      throw fault(linear, access, privilege, 0);
    }
    return walkLong(linear, access, privilege, pdpte & ADDRESS, 1, US | RW);
  }

  /** 8-byte entries, from a table of that level (3: PML4, 0: page table) down. */
  private long walkLong(
      long linear, int access, int privilege, long table, int level, long rights) {
    boolean nxEnabled = (c.efer & EFER_NXE) != 0;
    long reserved = BEYOND | (nxEnabled ? 0 : NX);
    if ((c.efer & EFER_LMA) == 0) {
      reserved |= 0x7ff0_0000_0000_0000L;
    }
    long nx = 0;
    while (true) {
      long address = table + (linear >>> (12 + 9 * level) & 511) * 8;
      long entry = read(address, linear, 8);
      if ((entry & P) == 0) {
        throw fault(linear, access, privilege, 0);
      }
      boolean leaf = level == 0 || (level < 3 && (entry & PS) != 0);
      long mask = (1L << (12 + 9 * level)) - 1;
      if ((entry & reserved) != 0
          || (level == 3 && (entry & PS) != 0)
          || (leaf && level > 0 && (entry & mask & ADDRESS & ~0x1000L) != 0)) {
        throw fault(linear, access, privilege, ERROR_PRESENT | ERROR_RESERVED);
      }
      rights &= entry;
      nx |= entry & NX;
      if (leaf) {
        check(linear, access, privilege, rights, nx);
        long marked = entry | A | (access == WRITE ? D : 0);
        if (marked != entry) {
          write(address, linear, marked, 8);
        }
        return (entry & ADDRESS & ~mask) | (linear & mask);
      }
      if ((entry & A) == 0) {
        write(address, linear, entry | A, 8);
      }
      table = entry & ADDRESS;
      level--;
    }
  }

  private long walk32(long linear, int access, int privilege) {
    long address = (c.cr3 & 0xffff_f000L) + (linear >>> 22) * 4;
    long pde = read(address, linear, 4);
    if ((pde & P) == 0) {
      throw fault(linear, access, privilege, 0);
    }
    if ((pde & PS) != 0 && (c.cr4 & CR4_PSE) != 0) {
      if ((pde & 1 << 21) != 0 || (pde >>> 13 & 0xff) >>> (PHYSICAL_BITS - 32) != 0) {
        throw fault(linear, access, privilege, ERROR_PRESENT | ERROR_RESERVED);
      }
      check(linear, access, privilege, pde, 0);
      long marked = pde | A | (access == WRITE ? D : 0);
      if (marked != pde) {
        write(address, linear, marked, 4);
      }
      return (pde & 0xffc0_0000L) | (pde >>> 13 & 0xff) << 32 | (linear & 0x3f_ffff);
    }
    if ((pde & A) == 0) {
      write(address, linear, pde | A, 4);
    }
    address = (pde & 0xffff_f000L) + (linear >>> 12 & 1023) * 4;
    long pte = read(address, linear, 4);
    if ((pte & P) == 0) {
      throw fault(linear, access, privilege, 0);
    }
    check(linear, access, privilege, pde & pte, 0);
    long marked = pte | A | (access == WRITE ? D : 0);
    if (marked != pte) {
      write(address, linear, marked, 4);
    }
    return (pte & 0xffff_f000L) | (linear & 0xfff);
  }

  /** Access rights (SDM vol. 3A, 4.6.1). */
  private void check(long linear, int access, int privilege, long rights, long nx) {
    boolean userPage = (rights & US) != 0;
    boolean allowed;
    if (privilege == LinearMemory.USER) {
      allowed = userPage && (access != WRITE || (rights & RW) != 0) && (access != FETCH || nx == 0);
    } else if (access == FETCH) {
      allowed = nx == 0 && !(userPage && (c.cr4 & CR4_SMEP) != 0);
    } else {
      allowed =
          (access != WRITE || (rights & RW) != 0 || (c.cr0 & CR0_WP) == 0)
              && !(userPage && privilege == LinearMemory.SUPERVISOR && (c.cr4 & CR4_SMAP) != 0);
    }
    if (!allowed) {
      throw fault(linear, access, privilege, ERROR_PRESENT);
    }
  }

  private GuestFault fault(long linear, int access, int privilege, int error) {
    int code = error;
    if (access == WRITE) {
      code |= ERROR_WRITE;
    }
    if (privilege == LinearMemory.USER) {
      code |= ERROR_USER;
    }
    boolean nx = (c.efer & EFER_NXE) != 0 && (c.cr4 & CR4_PAE) != 0;
    if (access == FETCH && (nx || (c.cr4 & CR4_SMEP) != 0)) {
      code |= ERROR_FETCH;
    }
    GuestFault f = c.exception(Vector.PF, code);
    f.faultAddress = linear;
    return f;
  }

  private long read(long gpa, long linear, int size) {
    long physical = ept.translate(gpa, EptWalker.READ | EptWalker.TABLE, linear);
    if (!memory.isRam(physical, size)) {
      throw ept.outside(gpa, linear, false, size, 0, true);
    }
    return size == 8 ? memory.readLong(physical) : memory.readInt(physical) & 0xffff_ffffL;
  }

  private void write(long gpa, long linear, long value, int size) {
    long physical = ept.translate(gpa, EptWalker.WRITE | EptWalker.TABLE, linear);
    if (!memory.isRam(physical, size)) {
      throw ept.outside(gpa, linear, true, size, value, true);
    }
    if (size == 8) {
      memory.writeLong(physical, value);
    } else {
      memory.writeInt(physical, (int) value);
    }
  }

  /**
   * Loads the PDPTE registers from the table at CR3, as MOV to CR3 does under PAE (SDM vol. 3A,
   * 4.4.1).
   *
   * @throws GuestFault #GP(0) if a present entry has a reserved bit set; nothing has changed then
   */
  void loadPdptes(long cr3) {
    long[] loaded = new long[4];
    for (int i = 0; i < 4; i++) {
      loaded[i] = read((cr3 & 0xffff_ffe0L) + i * 8, 0, 8);
      if ((loaded[i] & P) != 0 && (loaded[i] & (BEYOND | 0xfff0_0000_0000_0000L | 0x1e6)) != 0) {
        throw c.exception(Vector.GP, 0);
      }
    }
    System.arraycopy(loaded, 0, c.pdpte, 0, 4);
  }

  /**
   * The guest-physical address that a supervisor's read at a linear address goes to, without side
   * effects; -1 if it is not mapped.
   */
  long probe(long linear) {
    if ((c.cr0 & CR0_PG) == 0) {
      return linear & 0xffff_ffffL;
    }
    if ((c.efer & EFER_LMA) != 0) {
      return isCanonical(linear) ? probeLong(linear, c.cr3 & ADDRESS, 3) : -1;
    }
    long low = linear & 0xffff_ffffL;
    if ((c.cr4 & CR4_PAE) != 0) {
      long pdpte = c.pdpte[(int) (low >>> 30)];
      return (pdpte & P) == 0 ? -1 : probeLong(low, pdpte & ADDRESS, 1);
    }
    long pde = peek((c.cr3 & 0xffff_f000L) + (low >>> 22) * 4, 4);
    if ((pde & P) == 0) {
      return -1;
    }
    if ((pde & PS) != 0 && (c.cr4 & CR4_PSE) != 0) {
      return (pde & 0xffc0_0000L) | (pde >>> 13 & 0xff) << 32 | (low & 0x3f_ffff);
    }
    long pte = peek((pde & 0xffff_f000L) + (low >>> 12 & 1023) * 4, 4);
    return (pte & P) == 0 ? -1 : (pte & 0xffff_f000L) | (low & 0xfff);
  }

  private long probeLong(long linear, long root, int top) {
    long table = root;
    for (int level = top; ; level--) {
      long entry = peek(table + (linear >>> (12 + 9 * level) & 511) * 8, 8);
      if ((entry & P) == 0) {
        return -1;
      }
      if (level == 0 || (level < 3 && (entry & PS) != 0)) {
        long mask = (1L << (12 + 9 * level)) - 1;
        return (entry & ADDRESS & ~mask) | (linear & mask);
      }
      table = entry & ADDRESS;
    }
  }

  private long peek(long gpa, int size) {
    long physical = ept.probe(gpa);
    if (physical < 0 || !memory.isRam(physical, size)) {
      return 0;
    }
    return size == 8 ? memory.readLong(physical) : memory.readInt(physical) & 0xffff_ffffL;
  }
}
