package dev.ringside.vmm.soft;

import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.vmx.Ept;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.HostMemory;
import dev.ringside.vmm.vmx.VmcsField;
import java.util.Arrays;

/**
 * Translates guest-physical addresses by the extended page tables of the VMCS (SDM vol. 3C, 29.3),
 * with a cache of 4-KiB translations in front.
 *
 * <p>An address outside RAM is never refused here: {@link LinearMemory} either sends the access to
 * the bus, while an exiting instruction is emulated, or asks {@link #outside} for the exit.
 */
final class EptWalker {
  static final int READ = 1;
  static final int WRITE = 2;
  static final int EXECUTE = 4;

  /** The access is to a paging structure, not to what the linear address stands for. */
  static final int TABLE = 8;

  /** Width of a host-physical address. */
  static final int HOST_BITS = 46;

  private static final int CACHE_SIZE = 1024;
  private static final long PAGE = -GuestMemory.PAGE_SIZE;
  private static final int MISCONFIGURED = -1;

  private final GuestMemory memory;
  private final HostMemory host;
  private final VmxOperation vmx;

  /** Guest-physical page, with the permissions that its entry was checked for in bits 2:0. */
  private final long[] cacheTag = new long[CACHE_SIZE];

  private final long[] cachePage = new long[CACHE_SIZE];

  /** Permissions that the last walk found; {@link #MISCONFIGURED}. */
  private int permissions;

  EptWalker(GuestMemory memory, HostMemory host, VmxOperation vmx) {
    this.memory = memory;
    this.host = host;
    this.vmx = vmx;
    flush();
  }

  /** Forgets all translations: another EPTP, or INVEPT. */
  void flush() {
    Arrays.fill(cacheTag, -1);
  }

  /**
   * The physical address behind a guest-physical one.
   *
   * @param access {@link #READ}, {@link #WRITE} or {@link #EXECUTE}, and {@link #TABLE}
   * @param linear the linear address that is being translated
   * @throws ExitSignal an EPT violation, or a misconfiguration of an entry for RAM
   */
  long translate(long gpa, int access, long linear) {
    if (!vmx.controls.ept) {
      return gpa;
    }
    int slot = (int) (gpa >>> 12) & (CACHE_SIZE - 1);
    long tag = cacheTag[slot];
    if ((tag & PAGE) == (gpa & PAGE) && ((int) tag & access & 7) == (access & 7)) {
      return cachePage[slot] | (gpa & ~PAGE);
    }
    int rights = access & 7;
    boolean table = (access & TABLE) != 0;
    if (table && vmx.controls.eptAccessedDirty) {
      rights |= WRITE;
    }
    long found = walk(gpa, (rights & WRITE) != 0, true);
    if (permissions == MISCONFIGURED || (permissions & rights) != rights) {
      if (memory.offsetOf(gpa) < 0) {
        return gpa;
      }
      throw refuse(gpa, rights, table, linear);
    }
    cacheTag[slot] = (gpa & PAGE) | rights;
    cachePage[slot] = found & PAGE;
    return found;
  }

  /** As {@link #translate} for a read, without side effects; -1 if the tables do not allow it. */
  long probe(long gpa) {
    if (!vmx.controls.ept) {
      return gpa;
    }
    long found = walk(gpa, false, false);
    return permissions > 0 && (permissions & READ) != 0 ? found : -1;
  }

  /** The exit of an access to an address where there is no RAM. */
  ExitSignal outside(long gpa, long linear, boolean write, int size, long value, boolean table) {
    if (!vmx.controls.ept) {
      throw new StopSignal(
          String.format("no RAM at guest-physical address 0x%x, and EPT is off", gpa));
    }
    walk(gpa, write, false);
    if (permissions == MISCONFIGURED) {
      vmx.set(VmcsField.GUEST_PHYSICAL_ADDRESS, gpa);
      return vmx.exit(
          ExitReason.EPT_MISCONFIG,
          0,
          ExitSignal.LENGTH_OF_INSTRUCTION,
          at -> new VmExit.EptMisconfig(at, gpa, write, size, value));
    }
    int rights = write ? WRITE : READ;
    if ((permissions & rights) == rights) {
      throw new StopSignal(
          String.format("the EPT maps guest-physical address 0x%x, where there is no RAM", gpa));
    }
    return violation(gpa, rights, table, linear);
  }

  private ExitSignal refuse(long gpa, int rights, boolean table, long linear) {
    if (permissions == MISCONFIGURED) {
      vmx.set(VmcsField.GUEST_PHYSICAL_ADDRESS, gpa);
      boolean write = (rights & WRITE) != 0;
      return vmx.exit(
          ExitReason.EPT_MISCONFIG,
          0,
          ExitSignal.LENGTH_OF_INSTRUCTION,
          at -> new VmExit.EptMisconfig(at, gpa, write, 0, 0));
    }
    return violation(gpa, rights, table, linear);
  }

  /** SDM vol. 3C, table 30-7. */
  private ExitSignal violation(long gpa, int rights, boolean table, long linear) {
    int allowed = Math.max(permissions, 0);
    long qualification = rights | allowed << 3 | 1 << 7 | (table ? 0 : 1 << 8);
    vmx.set(VmcsField.GUEST_PHYSICAL_ADDRESS, gpa);
    vmx.set(VmcsField.GUEST_LINEAR_ADDRESS, linear);
    return vmx.exit(
        ExitReason.EPT_VIOLATION,
        qualification,
        ExitSignal.LENGTH_OF_INSTRUCTION,
        at ->
            new VmExit.EptViolation(
                at,
                gpa,
                linear,
                (rights & READ) != 0,
                (rights & WRITE) != 0,
                (rights & EXECUTE) != 0));
  }

  /**
   * Walks the tables. Leaves what all levels permit in {@link #permissions}: 0 for a missing entry.
   */
  private long walk(long gpa, boolean write, boolean marks) {
    long eptp = vmx.controls.eptPointer;
    boolean flags = (eptp & 1 << 6) != 0 && marks;
    if (gpa >>> 48 != 0) {
      permissions = 0;
      return -1;
    }
    long table = eptp & Ept.ADDRESS;
    int allowed = 7;
    for (int level = 3; ; level--) {
      long address = table + (gpa >>> (12 + 9 * level) & 511) * 8;
      long entry = host.read64(address);
      if ((entry & 7) == 0) {
        permissions = 0;
        return -1;
      }
      boolean leaf = level == 0 || ((entry & Ept.LARGE) != 0 && level < 3);
      if (misconfigured(entry, level, leaf)) {
        permissions = MISCONFIGURED;
        return -1;
      }
      allowed &= (int) entry & 7;
      if (flags) {
        long marked = entry | Ept.ACCESSED;
        if (leaf && write && (allowed & WRITE) != 0) {
          marked |= Ept.DIRTY;
        }
        if (marked != entry) {
          host.write64(address, marked);
        }
      }
      if (leaf) {
        permissions = allowed;
        long mask = (1L << (12 + 9 * level)) - 1;
        return (entry & Ept.ADDRESS & ~mask) | (gpa & mask);
      }
      table = entry & Ept.ADDRESS;
    }
  }

  /** SDM vol. 3C, 29.3.3.1. */
  private static boolean misconfigured(long entry, int level, boolean leaf) {
    if ((entry & 3) == 2) {
      return true; // writable, not readable; execute-only is supported
    }
    if ((entry & Ept.ADDRESS) >>> HOST_BITS != 0) {
      return true;
    }
    if (!leaf) {
      return (entry & 0x78) != 0 || (level == 3 && (entry & Ept.LARGE) != 0);
    }
    long type = entry >>> 3 & 7;
    if (type == 2 || type == 3 || type == 7) {
      return true;
    }
    long mask = (1L << (12 + 9 * level)) - 1;
    return (entry & Ept.ADDRESS & mask) != 0;
  }
}
