package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.CS;
import static dev.ringside.vmm.soft.Processor.RCX;
import static dev.ringside.vmm.soft.Processor.RDX;
import static dev.ringside.vmm.soft.Processor.RSP;
import static dev.ringside.vmm.soft.Processor.SS;
import static dev.ringside.vmm.x86.ControlBits.CR0_PE;
import static dev.ringside.vmm.x86.ControlBits.EFER_SCE;
import static dev.ringside.vmm.x86.ControlBits.FLAG_IF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_RF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_VM;

import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.x86.Vector;

/** SYSCALL, SYSRET, SYSENTER and SYSEXIT as Intel's processors do them (SDM vol. 2). */
final class FastCalls {
  private static final int R11 = 11;

  /** What SYSRET and POPF may set: all but RF, VM, VIP and VIF of 3C7FD7H. */
  private static final int SYSRET_FLAGS = 0x3c7fd7;

  private static final int CODE64 = 0xa09b;
  private static final int CODE32 = 0xc09b;
  private static final int DATA32 = 0xc093;
  private static final int RING3 = 3 << 5;

  private final Processor c;
  private final Segmentation segmentation;
  private final FlagRules flags;
  private final Observation observation;

  FastCalls(Processor c, Segmentation segmentation, FlagRules flags, Observation observation) {
    this.c = c;
    this.segmentation = segmentation;
    this.flags = flags;
    this.observation = observation;
  }

  private void flat(int segment, int selector, int rights) {
    c.selector[segment] = selector & 0xffff;
    c.segmentBase[segment] = 0;
    c.segmentLimit[segment] = -1;
    c.segmentRights[segment] = rights;
  }

  private void code(int selector, int rights, int cpl) {
    flat(CS, selector, rights);
    c.cpl = cpl;
  }

  /** SYSCALL; RIP is past the instruction. */
  void syscall() {
    if (!c.mode.isLong() || (c.efer & EFER_SCE) == 0) {
      throw c.exception(Vector.UD);
    }
    int from = c.cpl;
    long fromRip = c.rip - 2;
    c.gpr[RCX] = c.rip;
    c.gpr[R11] = c.rflags() & ~(long) FLAG_RF;
    c.rip = c.lstar;
    long image = c.gpr[R11] & ~c.fmask;
    int selector = (int) (c.star >>> 32) & 0xfffc;
    code(selector, CODE64, 0);
    flat(SS, selector + 8, DATA32);
    flags.set(image, -1);
    segmentation.changed();
    if (from != 0) {
      observation.transition(from, Mechanism.SYSCALL, -1, fromRip);
    }
  }

  /** SYSRET; {@code size} is 8 for a return to 64-bit mode. */
  void sysret(int size) {
    if (!c.mode.isLong() || (c.efer & EFER_SCE) == 0) {
      throw c.exception(Vector.UD);
    }
    if (c.cpl != 0) {
      throw c.exception(Vector.GP, 0);
    }
    long target = c.gpr[RCX];
    if (size == 8 && !PageWalker.isCanonical(target)) {
      throw c.exception(Vector.GP, 0);
    }
    long fromRip = c.linearRip();
    int base = (int) (c.star >>> 48);
    if (size == 8) {
      code(base + 16 | 3, CODE64 | RING3, 3);
      c.rip = target;
    } else {
      code(base | 3, CODE32 | RING3, 3);
      c.rip = target & 0xffff_ffffL;
    }
    flat(SS, base + 8 | 3, DATA32 | RING3);
    flags.set((c.gpr[R11] & SYSRET_FLAGS) | 2, -1);
    segmentation.changed();
    observation.transition(0, Mechanism.SYSRET, -1, fromRip);
  }

  /** SYSENTER. */
  void sysenter() {
    if ((c.cr0 & CR0_PE) == 0 || (c.sysenterCs & 0xfffc) == 0) {
      throw c.exception(Vector.GP, 0);
    }
    int from = c.cpl;
    long fromRip = c.linearRip();
    boolean longMode = segmentation.isLongMode();
    c.systemFlags &= ~(FLAG_VM | FLAG_IF | FLAG_RF);
    c.gpr[RSP] = longMode ? c.sysenterEsp : c.sysenterEsp & 0xffff_ffffL;
    c.rip = longMode ? c.sysenterEip : c.sysenterEip & 0xffff_ffffL;
    int selector = (int) c.sysenterCs & 0xfffc;
    code(selector, longMode ? CODE64 : CODE32, 0);
    flat(SS, selector + 8, DATA32);
    segmentation.changed();
    if (from != 0) {
      observation.transition(from, Mechanism.SYSENTER, -1, fromRip);
    }
  }

  /** SYSEXIT; {@code size} is 8 for a return to 64-bit mode. */
  void sysexit(int size) {
    if ((c.cr0 & CR0_PE) == 0 || (c.sysenterCs & 0xfffc) == 0 || c.cpl != 0) {
      throw c.exception(Vector.GP, 0);
    }
    boolean to64 = size == 8;
    if (to64 && !(PageWalker.isCanonical(c.gpr[RDX]) && PageWalker.isCanonical(c.gpr[RCX]))) {
      throw c.exception(Vector.GP, 0);
    }
    long fromRip = c.linearRip();
    int base = (int) c.sysenterCs;
    long mask = to64 ? -1L : 0xffff_ffffL;
    c.gpr[RSP] = c.gpr[RCX] & mask;
    c.rip = c.gpr[RDX] & mask;
    int selector = base + (to64 ? 32 : 16) | 3;
    code(selector, (to64 ? CODE64 : CODE32) | RING3, 3);
    flat(SS, selector + 8, DATA32 | RING3);
    segmentation.changed();
    observation.transition(0, Mechanism.SYSEXIT, -1, fromRip);
  }
}
