package dev.ringside.vmm.soft;

/** Bits of {@link Processor#attention}: why the interpreter must look up before the next block. */
final class Attention {
  private Attention() {}

  /** STI or MOV SS blocks interrupts for one instruction. */
  static final int SHADOW = 1;

  /** RFLAGS.TF is set. */
  static final int TRAP_FLAG = 1 << 1;

  /** Interrupt-window exiting is on. */
  static final int INTERRUPT_WINDOW = 1 << 2;

  /** NMI-window exiting is on. */
  static final int NMI_WINDOW = 1 << 3;

  /** The monitor trap flag is on. */
  static final int MONITOR_TRAP = 1 << 4;

  /** Not in the active state: halted or shut down. */
  static final int INACTIVE = 1 << 5;

  /** Pending debug exceptions wait to be delivered. */
  static final int PENDING_DEBUG = 1 << 6;

  /** A hook asked for a stop, or a watchpoint was hit. */
  static final int STOP = 1 << 7;

  /** DR7 enables an execution breakpoint, or RF is set. */
  static final int DEBUG_REGISTERS = 1 << 8;

  /** The VMX-preemption timer runs. */
  static final int PREEMPTION_TIMER = 1 << 9;

  /** An event waits to be delivered. */
  static final int EVENT = 1 << 10;
}
