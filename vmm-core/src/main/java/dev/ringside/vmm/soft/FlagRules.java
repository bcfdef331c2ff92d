package dev.ringside.vmm.soft;

import static dev.ringside.vmm.x86.ControlBits.CR4_PVI;
import static dev.ringside.vmm.x86.ControlBits.CR4_VME;
import static dev.ringside.vmm.x86.ControlBits.FLAG_AC;
import static dev.ringside.vmm.x86.ControlBits.FLAG_DF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_ID;
import static dev.ringside.vmm.x86.ControlBits.FLAG_IF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_IOPL;
import static dev.ringside.vmm.x86.ControlBits.FLAG_NT;
import static dev.ringside.vmm.x86.ControlBits.FLAG_RF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_TF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_VIF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_VIP;
import static dev.ringside.vmm.x86.ControlBits.FLAG_VM;
import static dev.ringside.vmm.x86.ControlBits.STATUS_FLAGS;

import dev.ringside.vmm.x86.Vector;

/** RFLAGS as privileged code may change it: CLI, STI, PUSHF, POPF, with IOPL, VME and PVI. */
final class FlagRules {
  private final Processor c;
  private final Segmentation segmentation;
  private final VmxOperation vmx;

  FlagRules(Processor c, Segmentation segmentation, VmxOperation vmx) {
    this.c = c;
    this.segmentation = segmentation;
    this.vmx = vmx;
  }

  int iopl() {
    return c.systemFlags >> 12 & 3;
  }

  /**
   * Sets the flags in {@code mask}. TF and RF take effect from the next instruction on.
   *
   * <p>The caller's op ends its block.
   */
  void set(long image, int mask) {
    int flags = (int) image;
    int status = (c.statusFlags() & ~mask) | (flags & mask & STATUS_FLAGS);
    c.statusFlags(status);
    int system = mask & ~STATUS_FLAGS;
    c.systemFlags = (c.systemFlags & ~system) | (flags & system) | 2;
    attend();
    segmentation.privilegeChanged();
  }

  /** Tells the run loop of TF, RF, and IF where somebody waits for it. */
  void attend() {
    if ((c.systemFlags & FLAG_IF) != 0 && vmx.controls.interruptWindow) {
      c.attention |= Attention.INTERRUPT_WINDOW;
    }
    if ((c.systemFlags & FLAG_TF) != 0) {
      c.attention |= Attention.TRAP_FLAG;
    }
    if ((c.systemFlags & FLAG_RF) != 0) {
      c.attention |= Attention.DEBUG_REGISTERS;
    }
  }

  /** In virtual-8086 mode, an instruction that is sensitive to IOPL. */
  void requireIopl3() {
    if (iopl() < 3) {
      throw c.exception(Vector.GP, 0);
    }
  }

  void cli() {
    if (!segmentation.isProtected() && !segmentation.isVirtual8086()) {
      c.systemFlags &= ~FLAG_IF;
    } else if (iopl() >= (segmentation.isVirtual8086() ? 3 : c.cpl)) {
      c.systemFlags &= ~FLAG_IF;
    } else if (usesVirtualFlag()) {
      c.systemFlags &= ~FLAG_VIF;
    } else {
      throw c.exception(Vector.GP, 0);
    }
  }

  void sti() {
    boolean virtual = segmentation.isVirtual8086();
    if ((!segmentation.isProtected() && !virtual) || iopl() >= (virtual ? 3 : c.cpl)) {
      if ((c.systemFlags & FLAG_IF) == 0) {
        c.systemFlags |= FLAG_IF;
        c.blocking |= Processor.BLOCKED_BY_STI;
        c.attention |= Attention.SHADOW;
      }
    } else if (usesVirtualFlag() && (c.systemFlags & FLAG_VIP) == 0) {
      c.systemFlags |= FLAG_VIF;
    } else {
      throw c.exception(Vector.GP, 0);
    }
  }

  /** CLI and STI act on VIF: VME in virtual-8086 mode, PVI at CPL 3 (SDM vol. 3A, 21.3, 21.4). */
  private boolean usesVirtualFlag() {
    return segmentation.isVirtual8086()
        ? (c.cr4 & CR4_VME) != 0
        : c.cpl == 3 && (c.cr4 & CR4_PVI) != 0;
  }

  /** What PUSHF pushes. {@code size}: 2, 4 or 8. */
  long pushed(int size) {
    long image = c.rflags() & ~(long) (FLAG_RF | FLAG_VM);
    if (segmentation.isVirtual8086() && iopl() < 3) {
      if (size != 2 || (c.cr4 & CR4_VME) == 0) {
        throw c.exception(Vector.GP, 0);
      }
      image = (image & ~FLAG_IF) | FLAG_IOPL | ((image & FLAG_VIF) != 0 ? FLAG_IF : 0);
    }
    return size == 2 ? image & 0xffff : image;
  }

  /** Which flags POPF may change; throws what it throws for this image. */
  void pop(long image, int size) {
    int mask = STATUS_FLAGS | FLAG_TF | FLAG_DF | FLAG_NT;
    if (size > 2) {
      mask |= FLAG_AC | FLAG_ID | FLAG_RF;
    }
    long value = image & ~(long) FLAG_RF;
    if (segmentation.isVirtual8086()) {
      if (iopl() == 3) {
        mask |= FLAG_IF;
      } else if (size == 2 && (c.cr4 & CR4_VME) != 0) {
        boolean wantsInterrupts = (value & FLAG_IF) != 0;
        if ((wantsInterrupts && (c.systemFlags & FLAG_VIP) != 0) || (value & FLAG_TF) != 0) {
          throw c.exception(Vector.GP, 0);
        }
        mask |= FLAG_VIF;
        value = (value & ~FLAG_VIF) | (wantsInterrupts ? FLAG_VIF : 0);
      } else {
        throw c.exception(Vector.GP, 0);
      }
    } else if (c.cpl == 0) {
      mask |= FLAG_IF | FLAG_IOPL;
    } else if (c.cpl <= iopl()) {
      mask |= FLAG_IF;
    }
    set(value, mask);
  }
}
