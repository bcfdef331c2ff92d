package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.CS;
import static dev.ringside.vmm.soft.Processor.DS;
import static dev.ringside.vmm.soft.Processor.ES;
import static dev.ringside.vmm.soft.Processor.FS;
import static dev.ringside.vmm.soft.Processor.GS;
import static dev.ringside.vmm.soft.Processor.RSP;
import static dev.ringside.vmm.soft.Processor.SS;
import static dev.ringside.vmm.x86.ControlBits.FLAG_AC;
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

import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Vector;

/** IRET in every mode (SDM vol. 2, IRET/IRETD/IRETQ). */
final class InterruptReturn {
  private final Processor c;
  private final Segmentation segmentation;
  private final FarTransfers transfers;
  private final TaskSwitch tasks;
  private final FlagRules flags;
  private final Observation observation;
  private final VmxOperation vmx;

  InterruptReturn(
      Processor c,
      Segmentation segmentation,
      FarTransfers transfers,
      TaskSwitch tasks,
      FlagRules flags,
      Observation observation,
      VmxOperation vmx) {
    this.c = c;
    this.segmentation = segmentation;
    this.transfers = transfers;
    this.tasks = tasks;
    this.flags = flags;
    this.observation = observation;
    this.vmx = vmx;
  }

  /**
   * IRET; RIP is past the instruction. {@code size}: 2, 4 or 8.
   *
   * <p>NMIs are unblocked even if it faults, and never while NMIs exit and are not virtual (SDM
   * vol. 3C, 28.3). An EPT violation tells so in its qualification (table 30-7, bit 12); whatever
   * else ends the instruction early leaves them blocked.
   */
  void execute(int size) {
    boolean unblocks =
        (c.blocking & Processor.BLOCKED_BY_NMI) != 0
            && (!vmx.controls.nmiExiting || vmx.controls.virtualNmis);
    if (!unblocks) {
      returnFrom(size);
      return;
    }
    c.blocking &= ~Processor.BLOCKED_BY_NMI;
    c.unblockedNmis = true;
    boolean stays = false;
    try {
      returnFrom(size);
      c.unblockedNmis = false;
    } catch (ExitSignal e) {
      stays = !vmx.tellsUnblocking(e);
      throw e;
    } catch (RestartSignal | StopSignal e) {
      stays = true;
      throw e;
    } finally {
      if (stays) {
        c.blocking |= Processor.BLOCKED_BY_NMI;
        c.unblockedNmis = false;
      } else {
        c.attention |= Attention.NMI_WINDOW;
      }
    }
  }

  private void returnFrom(int size) {
    if (!segmentation.isProtected()) {
      if (segmentation.isVirtual8086()) {
        flags.requireIopl3();
      }
      real(size);
    } else if (segmentation.isLongMode()) {
      if ((c.systemFlags & FLAG_NT) != 0) {
        throw c.exception(Vector.GP, 0);
      }
      longMode(size);
    } else {
      if ((c.systemFlags & FLAG_NT) != 0) {
        int link = (int) c.memory.readSystem(c.segmentBase[Processor.TR] & 0xffff_ffffL, 2);
        tasks.attempt(link, TaskSwitch.IRET, 0);
        return;
      }
      protectedMode(size);
    }
  }

  private void real(int size) {
    FarStack stack = FarStack.current(c, 0);
    long offset = stack.pop(size);
    int selector = (int) stack.pop(size) & 0xffff;
    long image = stack.pop(size);
    if (offset > (c.segmentLimit[CS] & 0xffff_ffffL)) {
      throw c.exception(Vector.GP, 0);
    }
    boolean virtual = segmentation.isVirtual8086();
    int mask =
        STATUS_FLAGS
            | ControlBits.FLAG_DF
            | FLAG_TF
            | FLAG_IF
            | FLAG_NT
            | (size == 4 ? FLAG_RF | FLAG_AC | FLAG_ID : 0);
    if (!virtual) {
      mask |= FLAG_IOPL;
    }
    c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
    c.rip = offset;
    if (virtual) {
      segmentation.setVirtual8086(CS, selector);
    } else {
      segmentation.setReal(CS, selector);
    }
    flags.set(image, mask);
    segmentation.changed();
  }

  private int flagMask(int size, int cpl) {
    int mask =
        STATUS_FLAGS
            | ControlBits.FLAG_DF
            | FLAG_TF
            | FLAG_NT
            | (size > 2 ? FLAG_RF | FLAG_AC | FLAG_ID : 0);
    if (cpl == 0) {
      mask |= FLAG_IOPL;
      if (size > 2) {
        mask |= FLAG_VIF | FLAG_VIP;
      }
    }
    if (cpl <= (c.systemFlags >> 12 & 3)) {
      mask |= FLAG_IF;
    }
    return mask;
  }

  private void longMode(int size) {
    FarStack stack = FarStack.current(c, 0);
    long offset = stack.pop(size);
    int selector = (int) stack.pop(size) & 0xffff;
    long image = stack.pop(size);
    int from = c.cpl;
    long fromRip = c.linearRip();
    long raw = transfers.returnCode(selector);
    int cpl = selector & 3;
    int mask = flagMask(size, from);
    boolean popsStack = c.mode.isLong() || cpl != from;
    long pointer = 0;
    int ss = 0;
    long ssRaw = 0;
    if (popsStack) {
      pointer = stack.pop(size);
      ss = (int) stack.pop(size) & 0xffff;
      ssRaw = transfers.outerStack(ss, cpl, raw, Vector.GP);
    }
    long target = transfers.checkedOffset(raw, offset, size);
    if (popsStack) {
      if (ssRaw == 0) {
        segmentation.setNull(SS, ss);
        c.segmentRights[SS] |= cpl << 5;
      } else {
        segmentation.set(SS, ss, segmentation.markAccessed(ss, ssRaw));
      }
    }
    transfers.enter(selector, raw, target, cpl);
    if (!popsStack) {
      c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
    } else if (c.mode.isLong()) {
      c.gpr[RSP] = size == 8 ? pointer : pointer & (size == 4 ? 0xffff_ffffL : 0xffff);
    } else {
      boolean big = (c.segmentRights[SS] & Descriptor.BIG) != 0;
      c.gpr[RSP] = big ? pointer & 0xffff_ffffL : (c.gpr[RSP] & 0xffff_0000L) | (pointer & 0xffff);
    }
    flags.set(image, mask);
    if (cpl != from) {
      dropData(cpl);
    }
    segmentation.changed();
    if (cpl != from) {
      observation.transition(from, Mechanism.IRET, -1, fromRip);
    }
  }

  private void dropData(int cpl) {
    segmentation.dropIfPrivileged(ES, cpl);
    segmentation.dropIfPrivileged(DS, cpl);
    segmentation.dropIfPrivileged(FS, cpl);
    segmentation.dropIfPrivileged(GS, cpl);
  }

  private void protectedMode(int size) {
    FarStack stack = FarStack.current(c, 0);
    long offset = stack.pop(size);
    int selector = (int) stack.pop(size) & 0xffff;
    long image = stack.pop(size);
    int from = c.cpl;
    long fromRip = c.linearRip();
    if (size == 4 && (image & FLAG_VM) != 0 && from == 0) {
      toVirtual8086(stack, offset, selector, image, fromRip);
      return;
    }
    long raw = transfers.returnCode(selector);
    int cpl = selector & 3;
    int mask = flagMask(size, from);
    long target = transfers.checkedOffset(raw, offset, size);
    if (cpl == from) {
      transfers.enter(selector, raw, target, cpl);
      c.gpr[RSP] = stack.pointerOver(c.gpr[RSP]);
      flags.set(image, mask);
      segmentation.changed();
      return;
    }
    long pointer = stack.pop(size);
    int ss = (int) stack.pop(size) & 0xffff;
    long ssRaw = transfers.outerStack(ss, cpl, raw, Vector.GP);
    transfers.outer(selector, raw, target, ss, ssRaw, cpl, pointer, size, 0);
    flags.set(image, mask);
    segmentation.changed();
    observation.transition(from, Mechanism.IRET, -1, fromRip);
  }

  private void toVirtual8086(FarStack stack, long offset, int selector, long image, long fromRip) {
    long pointer = stack.pop(4);
    int ss = (int) stack.pop(4) & 0xffff;
    int es = (int) stack.pop(4) & 0xffff;
    int ds = (int) stack.pop(4) & 0xffff;
    int fs = (int) stack.pop(4) & 0xffff;
    int gs = (int) stack.pop(4) & 0xffff;
    if ((offset & 0xffff_ffffL) > 0xffff) {
      throw c.exception(Vector.GP, 0);
    }
    flags.set(
        image,
        STATUS_FLAGS
            | ControlBits.FLAG_DF
            | FLAG_TF
            | FLAG_IF
            | FLAG_IOPL
            | FLAG_NT
            | FLAG_RF
            | FLAG_VM
            | FLAG_AC
            | FLAG_VIF
            | FLAG_VIP
            | FLAG_ID);
    segmentation.setVirtual8086(CS, selector);
    segmentation.setVirtual8086(SS, ss);
    segmentation.setVirtual8086(ES, es);
    segmentation.setVirtual8086(DS, ds);
    segmentation.setVirtual8086(FS, fs);
    segmentation.setVirtual8086(GS, gs);
    c.gpr[RSP] = pointer & 0xffff_ffffL;
    c.rip = offset & 0xffff;
    c.cpl = 3;
    segmentation.changed();
    observation.transition(0, Mechanism.IRET, -1, fromRip);
  }
}
