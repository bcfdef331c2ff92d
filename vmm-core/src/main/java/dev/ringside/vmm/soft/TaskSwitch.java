package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.CS;
import static dev.ringside.vmm.soft.Processor.SS;
import static dev.ringside.vmm.soft.Processor.TR;
import static dev.ringside.vmm.x86.ControlBits.CR0_PG;
import static dev.ringside.vmm.x86.ControlBits.CR0_TS;
import static dev.ringside.vmm.x86.ControlBits.FLAG_NT;
import static dev.ringside.vmm.x86.ControlBits.FLAG_VM;

import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.x86.Vector;

/**
 * The task-state segment (SDM vol. 3A, chapter 7): inner stacks for every mode, and task switches,
 * which always exit in VMX non-root operation; the monitor then has them carried out.
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
  private final Observation observation;
  private final Late late;

  /** Where what a switch finds once it has happened goes: it is due in the new task. */
  interface Late {
    /** An exception before the new task's first instruction. */
    void at(GuestFault fault);

    /** A debug trap before the new task's first instruction. */
    void trap(int bits);
  }

  TaskSwitch(
      Processor c,
      Segmentation segmentation,
      VmxOperation vmx,
      Observation observation,
      Late late) {
    this.c = c;
    this.memory = c.memory;
    this.segmentation = segmentation;
    this.vmx = vmx;
    this.observation = observation;
    this.late = late;
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
   * An attempted task switch: an exit, once the checks that come before it have passed (SDM vol.
   * 3C, 26.4.2), or under emulation the switch itself (SDM vol. 3A, 7.3).
   *
   * @param source {@link #CALL}, {@link #IRET}, {@link #JUMP} or {@link #GATE}
   * @param external the EXT bit of error codes
   */
  void attempt(int selector, int source, int external) {
    int error = (selector & 0xfffc) | external;
    int vector = source == IRET ? Vector.TS : Vector.GP;
    if ((selector & 4) != 0 || (selector & 0xfffc) == 0) {
      throw c.exception(vector, error);
    }
    long raw = segmentation.descriptor(selector, vector, external);
    int type = Descriptor.type(raw);
    boolean fits =
        source == IRET
            ? type == Descriptor.TSS_BUSY || type == Descriptor.TSS16_BUSY
            : type == Descriptor.TSS || type == Descriptor.TSS16;
    if (Descriptor.isSegment(raw) || !fits) {
      throw c.exception(vector, error);
    }
    if (!Descriptor.isPresent(raw)) {
      throw c.exception(Vector.NP, error);
    }
    if ((Descriptor.limit(raw) & 0xffff_ffffL) < TaskState.of(type).leastLimit) {
      throw c.exception(Vector.TS, error);
    }
    if (!vmx.emulating) {
      throw vmx.exit(
          ExitReason.TASK_SWITCH,
          selector & 0xffffL | (long) source << 30,
          ExitSignal.LENGTH_OF_INSTRUCTION,
          at -> new VmExit.TaskSwitch(at, selector & 0xffff, source));
    }
    perform(selector & 0xffff, raw, source);
  }

  private void perform(int selector, long raw, int source) {
    int from = c.cpl;
    long fromRip = c.linearRip();
    TaskState layout = TaskState.of(Descriptor.type(raw));
    long base = Descriptor.base(raw);
    boolean nests = source == CALL || source == GATE;
    long[] image = read(base, layout);
    int oldTask = c.selector[TR];
    save(source);
    if (!nests) {
      setBusy(oldTask, false);
    }
    if (nests) {
      memory.writeSystem(base, 2, oldTask);
    }
    if (source != IRET) {
      setBusy(selector, true);
    }
    segmentation.set(TR, selector, raw | 2L << 40);
    enter(layout, image, nests);
    if (from != c.cpl) {
      observation.transition(from, Mechanism.TASK_SWITCH, -1, fromRip);
    }
  }

  private static final int RIP = 0;
  private static final int FLAGS = 1;
  private static final int REGISTERS = 2;
  private static final int SELECTORS = 10;
  private static final int LDT = 16;
  private static final int CR3 = 17;
  private static final int TRAP = 18;

  /** What the new task starts with: everything is read before anything is changed. */
  private long[] read(long base, TaskState layout) {
    long[] image = new long[19];
    image[RIP] = field(base, layout.rip, layout.size);
    image[FLAGS] = field(base, layout.flags, layout.size);
    for (int i = 0; i < 8; i++) {
      image[REGISTERS + i] = field(base, layout.registers + i * layout.size, layout.size);
    }
    for (int i = 0; i < layout.segments(); i++) {
      image[SELECTORS + i] = field(base, layout.selector(i), 2);
    }
    image[LDT] = field(base, layout.ldt, 2);
    image[CR3] = layout.cr3 < 0 ? c.cr3 : field(base, layout.cr3, 4);
    image[TRAP] = layout.trap < 0 ? 0 : field(base, layout.trap, 2) & 1;
    return image;
  }

  private long field(long base, int offset, int size) {
    return memory.readSystem((base + offset) & 0xffff_ffffL, size);
  }

  /**
   * Saves the old task in its TSS. RIP is past the instruction, or at what an event interrupted.
   */
  private void save(int source) {
    TaskState layout = TaskState.of(c.segmentRights[TR] & 0xf);
    long base = c.segmentBase[TR];
    long flags = c.rflags();
    if (source == IRET) {
      flags &= ~(long) FLAG_NT;
    }
    store(base, layout.rip, layout.size, c.rip);
    store(base, layout.flags, layout.size, flags);
    for (int i = 0; i < 8; i++) {
      store(base, layout.registers + i * layout.size, layout.size, c.gpr[i]);
    }
    for (int i = 0; i < layout.segments(); i++) {
      store(base, layout.selector(i), 2, c.selector[layout.segment(i)]);
    }
  }

  private void store(long base, int offset, int size, long value) {
    memory.writeSystem((base + offset) & 0xffff_ffffL, size, value);
  }

  private void setBusy(int selector, boolean busy) {
    long address = segmentation.descriptorAddress(selector) + 5;
    long rights = memory.readSystem(address, 1);
    memory.writeSystem(address, 1, busy ? rights | 2 : rights & ~2L);
  }

  /** From here on faults are the new task's. */
  private void enter(TaskState layout, long[] image, boolean nests) {
    if (layout.cr3 >= 0 && (c.cr0 & CR0_PG) != 0) {
      c.cr3 = image[CR3];
      memory.flush();
    }
    c.cr0 |= CR0_TS;
    c.dr[7] &= ~0x155L;
    c.rip = image[RIP];
    GuestStateArea.setFlags(c, nests ? image[FLAGS] | FLAG_NT : image[FLAGS]);
    for (int i = 0; i < 8; i++) {
      c.gpr[i] =
          layout == TaskState.BITS16 ? 0xffff_0000L | image[REGISTERS + i] : image[REGISTERS + i];
    }
    for (int i = 0; i < 6; i++) {
      segmentation.setNull(layout == TaskState.BITS16 ? i : layout.segment(i), 0);
    }
    for (int i = 0; i < layout.segments(); i++) {
      c.selector[layout.segment(i)] = (int) image[SELECTORS + i];
    }
    boolean virtual = (c.systemFlags & FLAG_VM) != 0;
    c.cpl = virtual ? 3 : (int) image[SELECTORS + 1] & 3;
    try {
      loadSegments(layout, image, virtual);
    } catch (GuestFault f) {
      late.at(f);
    }
    segmentation.changed();
    if (image[TRAP] != 0) {
      late.trap(DebugRegisters.DR6_BT);
    }
  }

  private void loadSegments(TaskState layout, long[] image, boolean virtual) {
    loadLdt((int) image[LDT]);
    if (virtual) {
      for (int i = 0; i < 6; i++) {
        segmentation.setVirtual8086(layout.segment(i), (int) image[SELECTORS + i]);
      }
      return;
    }
    int cs = (int) image[SELECTORS + 1];
    int ss = (int) image[SELECTORS + 2];
    long code = taskDescriptor(cs);
    int dpl = Descriptor.dpl(code);
    boolean fits =
        Descriptor.isCode(code) && (Descriptor.isConforming(code) ? dpl <= c.cpl : dpl == c.cpl);
    if (!fits) {
      throw c.exception(Vector.TS, cs & 0xfffc);
    }
    if (!Descriptor.isPresent(code)) {
      throw c.exception(Vector.NP, cs & 0xfffc);
    }
    segmentation.set(CS, cs, segmentation.markAccessed(cs, code));
    long stack = segmentation.stackDescriptor(ss, c.cpl, Vector.TS, 0);
    segmentation.set(SS, ss, segmentation.markAccessed(ss, stack));
    for (int i = 0; i < layout.segments(); i++) {
      int segment = layout.segment(i);
      int selector = (int) image[SELECTORS + i];
      if (segment == CS || segment == SS || (selector & 0xfffc) == 0) {
        continue;
      }
      long data = taskDescriptor(selector);
      boolean outranked =
          !Descriptor.isConforming(data) && Math.max(c.cpl, selector & 3) > Descriptor.dpl(data);
      if (!Descriptor.isReadable(data) || outranked) {
        throw c.exception(Vector.TS, selector & 0xfffc);
      }
      if (!Descriptor.isPresent(data)) {
        throw c.exception(Vector.NP, selector & 0xfffc);
      }
      segmentation.set(segment, selector, segmentation.markAccessed(selector, data));
    }
  }

  private long taskDescriptor(int selector) {
    if ((selector & 0xfffc) == 0) {
      throw c.exception(Vector.TS, 0);
    }
    return segmentation.descriptor(selector, Vector.TS, 0);
  }

  private void loadLdt(int selector) {
    segmentation.setNull(Processor.LDTR, selector);
    if ((selector & 0xfffc) == 0) {
      return;
    }
    int error = selector & 0xfffc;
    if ((selector & 4) != 0) {
      throw c.exception(Vector.TS, error);
    }
    long raw = segmentation.descriptor(selector, Vector.TS, 0);
    boolean fits =
        !Descriptor.isSegment(raw)
            && Descriptor.type(raw) == Descriptor.LDT
            && Descriptor.isPresent(raw);
    if (!fits) {
      throw c.exception(Vector.TS, error);
    }
    segmentation.set(Processor.LDTR, selector, raw);
  }
}
