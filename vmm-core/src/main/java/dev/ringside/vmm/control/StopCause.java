package dev.ringside.vmm.control;

import java.util.List;

/** Why a processor or a hook stopped the guest for the debugger. */
public sealed interface StopCause {
  /**
   * Execution breakpoints whose conditions held, by id; RIP is at the instruction, which has not
   * run.
   */
  record AtBreakpoint(List<Integer> ids) implements StopCause {
    /** Copies the list. */
    public AtBreakpoint {
      ids = List.copyOf(ids);
    }
  }

  /** A watchpoint; the instruction that touched it has completed. Values are zero-extended. */
  record AtWatchpoint(int id, long address, boolean write, long before, long after)
      implements StopCause {}

  /** A hook asked for the stop; {@code token} is what it passed. */
  record Requested(Object token) implements StopCause {}
}
