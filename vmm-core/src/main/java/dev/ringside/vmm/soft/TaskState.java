package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.CS;
import static dev.ringside.vmm.soft.Processor.DS;
import static dev.ringside.vmm.soft.Processor.ES;
import static dev.ringside.vmm.soft.Processor.FS;
import static dev.ringside.vmm.soft.Processor.GS;
import static dev.ringside.vmm.soft.Processor.SS;

/** The layout of a 16- or 32-bit task-state segment (SDM vol. 3A, figures 7-2 and 7-10). */
enum TaskState {
  BITS16(2, 0x2b, 0x0e, 0x10, 0x12, 0x22, 0x2a, -1, -1),
  BITS32(4, 0x67, 0x20, 0x24, 0x28, 0x48, 0x60, 0x1c, 0x64);

  private static final int[] ORDER = {ES, CS, SS, DS, FS, GS};

  /** Bytes of a register in it. */
  final int size;

  /** The least limit that its descriptor may have. */
  final int leastLimit;

  /** Offset of EIP. */
  final int rip;

  /** Offset of EFLAGS. */
  final int flags;

  /** Offset of EAX; the others follow in the order of their numbers. */
  final int registers;

  /** Offset of the LDT's selector. */
  final int ldt;

  /** Offset of CR3; -1 if it has none. */
  final int cr3;

  /** Offset of the word whose bit 0 is the T flag; -1 if it has none. */
  final int trap;

  private final int selectors;

  TaskState(
      int size,
      int leastLimit,
      int rip,
      int flags,
      int registers,
      int selectors,
      int ldt,
      int cr3,
      int trap) {
    this.size = size;
    this.leastLimit = leastLimit;
    this.rip = rip;
    this.flags = flags;
    this.registers = registers;
    this.selectors = selectors;
    this.ldt = ldt;
    this.cr3 = cr3;
    this.trap = trap;
  }

  /** How many segment registers it holds: not FS and GS in the 16-bit one. */
  int segments() {
    return this == BITS16 ? 4 : 6;
  }

  /** The {@code i}-th segment register that it holds. */
  int segment(int i) {
    return ORDER[i];
  }

  /** The offset of the {@code i}-th selector. */
  int selector(int i) {
    return selectors + i * size;
  }

  /** The layout that goes with a descriptor's type. */
  static TaskState of(int type) {
    return (type & 8) != 0 ? BITS32 : BITS16;
  }
}
