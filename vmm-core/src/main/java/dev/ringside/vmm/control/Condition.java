package dev.ringside.vmm.control;

import dev.ringside.vmm.CpuState;

/**
 * Evaluated on the vCPU's thread, beside the trap, each time a breakpoint or watchpoint matches. It
 * may read and write state and memory; it also does a breakpoint's counting and logging. It must
 * not block.
 */
@FunctionalInterface
public interface Condition {
  /** Always stop. */
  Condition ALWAYS = state -> true;

  /** Whether the guest stops here. */
  boolean stopsAt(CpuState state);
}
