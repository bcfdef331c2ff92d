package dev.ringside.vmm.soft;

import dev.ringside.vmm.ExitContext;
import dev.ringside.vmm.VmExit;
import org.jspecify.annotations.Nullable;

/**
 * A VM exit on its way out of the instruction that caused it; one instance a processor, as {@link
 * GuestFault}. The record that callers see is made once RIP is back at the instruction.
 */
final class ExitSignal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Stands for the length of whatever instruction is being executed. */
  static final int LENGTH_OF_INSTRUCTION = -1;

  /** Makes the record of one reason. */
  @FunctionalInterface
  interface Form {
    /** The exit at that place. */
    VmExit at(ExitContext context);
  }

  @SuppressWarnings("serial")
  transient @Nullable Form form;

  long qualification;
  int length;

  ExitSignal() {
    super(null, null, false, false);
  }
}
