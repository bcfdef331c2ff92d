package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.TR;

import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.x86.Vector;

/**
 * The task-state segment (SDM vol. 3A, chapter 7): inner stacks for every mode, and task switches,
 * which always exit in VMX non-root operation.
 */
final class TaskSwitch {
  static final int CALL = 0;
  static final int IRET = 1;
  static final int JUMP = 2;
  static final int GATE = 3;

  private final Processor c;
  private final LinearMemory memory;
  private final Segmentation segmentation;
  private final VmxOperation vmx;

  TaskSwitch(Processor c, Segmentation segmentation, VmxOperation vmx) {
    this.c = c;
    this.memory = c.memory;
    this.segmentation = segmentation;
    this.vmx = vmx;
  }

  /** A stack pointer of the 64-bit TSS, at that offset. */
  long pointer64(int offset, int external) {
    long pointer = read(offset, 8, external);
    if (!PageWalker.isCanonical(pointer)) {
      throw c.exception(Vector.SS, external);
    }
    return pointer;
  }

  /** SS of a ring in the 16- or 32-bit TSS. */
  int stackSelector(int cpl, int external) {
    return (int) (is32Bit() ? read(8 + cpl * 8, 2, external) : read(4 + cpl * 4, 2, external));
  }

  /** SP or ESP of a ring. */
  long stackPointer(int cpl, int external) {
    return is32Bit() ? read(4 + cpl * 8, 4, external) : read(2 + cpl * 4, 2, external);
  }

  private boolean is32Bit() {
    return (c.segmentRights[TR] & 8) != 0;
  }

  private long read(int offset, int size, int external) {
    if (offset + size - 1 > (c.segmentLimit[TR] & 0xffff_ffffL)
        || (c.segmentRights[TR] & Descriptor.UNUSABLE) != 0) {
      throw c.exception(Vector.TS, (c.selector[TR] & 0xfffc) | external);
    }
    return memory.readSystem(segmentation.wrapSystem(c.segmentBase[TR] + offset), size);
  }

  /**
   * The exit of an attempted task switch, once the checks that come before it have passed (SDM vol.
   * 3C, 26.4.2).
   *
   * @param source {@link #CALL}, {@link #IRET}, {@link #JUMP} or {@link #GATE}
   */
  ExitSignal exit(int selector, int source, int external) {
    int error = (selector & 0xfffc) | external;
    if ((selector & 4) != 0 || (selector & 0xfffc) == 0) {
      throw c.exception(source == IRET ? Vector.TS : Vector.GP, error);
    }
    long raw = segmentation.descriptor(selector, source == IRET ? Vector.TS : Vector.GP, external);
    int type = Descriptor.type(raw);
    boolean fits =
        source == IRET
            ? type == Descriptor.TSS_BUSY || type == Descriptor.TSS16_BUSY
            : type == Descriptor.TSS || type == Descriptor.TSS16;
    if (Descriptor.isSegment(raw) || !fits) {
      throw c.exception(source == IRET ? Vector.TS : Vector.GP, error);
    }
    if (!Descriptor.isPresent(raw)) {
      throw c.exception(Vector.NP, error);
    }
    return vmx.exit(
        ExitReason.TASK_SWITCH,
        selector & 0xffffL | (long) source << 30,
        ExitSignal.LENGTH_OF_INSTRUCTION,
        at -> new VmExit.TaskSwitch(at, selector, source));
  }
}
