package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.CS;
import static dev.ringside.vmm.soft.Processor.TR;
import static dev.ringside.vmm.x86.ControlBits.CR0_CD;
import static dev.ringside.vmm.x86.ControlBits.CR0_ET;
import static dev.ringside.vmm.x86.ControlBits.CR0_NE;
import static dev.ringside.vmm.x86.ControlBits.CR0_NW;
import static dev.ringside.vmm.x86.ControlBits.CR0_PE;
import static dev.ringside.vmm.x86.ControlBits.CR0_PG;
import static dev.ringside.vmm.x86.ControlBits.CR0_WP;
import static dev.ringside.vmm.x86.ControlBits.CR4_PAE;
import static dev.ringside.vmm.x86.ControlBits.CR4_PCIDE;
import static dev.ringside.vmm.x86.ControlBits.CR4_PGE;
import static dev.ringside.vmm.x86.ControlBits.CR4_PSE;
import static dev.ringside.vmm.x86.ControlBits.CR4_SMAP;
import static dev.ringside.vmm.x86.ControlBits.CR4_SMEP;
import static dev.ringside.vmm.x86.ControlBits.CR4_VMXE;
import static dev.ringside.vmm.x86.ControlBits.EFER_LMA;
import static dev.ringside.vmm.x86.ControlBits.EFER_LME;
import static dev.ringside.vmm.x86.ControlBits.EFER_NXE;
import static dev.ringside.vmm.x86.ControlBits.EFER_SCE;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Vector;

/**
 * Writes of CR0, CR3, CR4, CR8 and IA32_EFER with their rules (SDM vol. 3A, 2.5; vol. 2, MOV CR).
 */
final class ControlRegisters {
  /** The bits of CR4 that the guest's CPUID allows. */
  static final long CR4_SUPPORTED =
      ControlBits.CR4_VME
          | ControlBits.CR4_PVI
          | ControlBits.CR4_TSD
          | ControlBits.CR4_DE
          | CR4_PSE
          | CR4_PAE
          | ControlBits.CR4_MCE
          | CR4_PGE
          | ControlBits.CR4_PCE
          | ControlBits.CR4_OSFXSR
          | ControlBits.CR4_OSXMMEXCPT
          | ControlBits.CR4_OSXSAVE
          | CR4_SMEP
          | CR4_SMAP;

  private static final long EFER_SUPPORTED = EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE;
  private static final long CR0_DEFINED =
      CR0_PE
          | ControlBits.CR0_MP
          | ControlBits.CR0_EM
          | ControlBits.CR0_TS
          | CR0_ET
          | CR0_NE
          | CR0_WP
          | ControlBits.CR0_AM
          | CR0_NW
          | CR0_CD
          | CR0_PG;
  private static final long FLUSHES = CR0_PG | CR0_WP | CR0_PE;
  private static final long CR4_FLUSHES = CR4_PAE | CR4_PSE | CR4_PGE | CR4_SMEP | CR4_SMAP;

  private final Processor c;
  private final LinearMemory memory;
  private final PageWalker walker;
  private final Segmentation segmentation;

  ControlRegisters(Processor c, PageWalker walker, Segmentation segmentation) {
    this.c = c;
    this.memory = c.memory;
    this.walker = walker;
    this.segmentation = segmentation;
  }

  /**
   * Sets CR0.
   *
   * @param value what the instruction writes
   * @param hardware what the register is to hold: {@code value}, with the bits that the monitor
   *     owns as they are, or as it wants them
   * @throws GuestFault #GP(0) if the combination is not allowed; nothing has changed then
   */
  void cr0(long value, long hardware) {
    boolean paging = (hardware & CR0_PG) != 0;
    if (value >>> 32 != 0
        || (paging && (hardware & CR0_PE) == 0)
        || ((value & CR0_NW) != 0 && (value & CR0_CD) == 0)
        || (hardware & CR0_NE) == 0) {
      throw c.exception(Vector.GP, 0);
    }
    boolean toPaging = paging && (c.cr0 & CR0_PG) == 0;
    long efer = c.efer;
    if (toPaging && (efer & EFER_LME) != 0) {
      boolean task16 = (c.segmentRights[TR] & 0xf) == Descriptor.TSS16_BUSY;
      if ((c.cr4 & CR4_PAE) == 0
          || (c.segmentRights[CS] & Descriptor.LONG) != 0
          || (task16 && (c.segmentRights[TR] & Descriptor.UNUSABLE) == 0)) {
        throw c.exception(Vector.GP, 0);
      }
      efer |= EFER_LMA;
    } else if (toPaging && (c.cr4 & CR4_PAE) != 0) {
      walker.loadPdptes(c.cr3);
    } else if (!paging && (c.cr0 & CR0_PG) != 0) {
      if (c.mode.isLong() || (c.cr4 & CR4_PCIDE) != 0) {
        throw c.exception(Vector.GP, 0);
      }
      efer &= ~EFER_LMA;
    }
    boolean flush = ((hardware ^ c.cr0) & FLUSHES) != 0;
    c.cr0 = (hardware & CR0_DEFINED) | CR0_ET;
    c.efer = efer;
    if (flush) {
      memory.flush();
    }
    segmentation.changed();
  }

  /** Sets CR3. */
  void cr3(long value) {
    if (segmentation.isLongMode()) {
      long plain = (c.cr4 & CR4_PCIDE) != 0 ? value & Long.MAX_VALUE : value;
      if (plain >>> PageWalker.PHYSICAL_BITS != 0) {
        throw c.exception(Vector.GP, 0);
      }
      c.cr3 = plain;
    } else {
      long low = value & 0xffff_ffffL;
      if ((c.cr0 & CR0_PG) != 0 && (c.cr4 & CR4_PAE) != 0) {
        walker.loadPdptes(low);
      }
      c.cr3 = low;
    }
    memory.flush();
  }

  /** Sets CR4; the parameters are as for {@link #cr0}. */
  void cr4(long value, long hardware) {
    boolean longMode = segmentation.isLongMode();
    if ((value & ~CR4_SUPPORTED) != 0
        || (longMode && (hardware & CR4_PAE) == 0)
        || (hardware & CR4_VMXE) == 0) {
      throw c.exception(Vector.GP, 0);
    }
    long changed = hardware ^ c.cr4;
    boolean pae = (c.cr0 & CR0_PG) != 0 && !longMode && (hardware & CR4_PAE) != 0;
    if (pae && (changed & (CR4_PAE | CR4_PGE | CR4_PSE | CR4_SMEP)) != 0) {
      walker.loadPdptes(c.cr3);
    }
    c.cr4 = hardware;
    if ((changed & CR4_FLUSHES) != 0) {
      memory.flush();
    }
    segmentation.privilegeChanged();
  }

  /** Sets CR8. */
  void cr8(long value) {
    if (value >>> 4 != 0) {
      throw c.exception(Vector.GP, 0);
    }
    c.cr8 = value;
  }

  /** Whether WRMSR of that IA32_EFER would not fault: LME cannot change while paging is on. */
  boolean acceptsEfer(long value) {
    boolean switches = ((value ^ c.efer) & EFER_LME) != 0 && (c.cr0 & CR0_PG) != 0;
    return (value & ~EFER_SUPPORTED) == 0 && !switches;
  }

  /**
   * Sets IA32_EFER as WRMSR does: LMA follows from LME and CR0.PG alone.
   *
   * @return false for #GP(0)
   */
  boolean efer(long value) {
    if (!acceptsEfer(value)) {
      return false;
    }
    boolean flush = ((value ^ c.efer) & EFER_NXE) != 0;
    c.efer = (value & ~EFER_LMA) | (c.efer & EFER_LMA);
    if (flush) {
      memory.flush();
    }
    return true;
  }
}
