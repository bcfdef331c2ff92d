package dev.ringside.vmm.soft;

import dev.ringside.vmm.VmExit;
import org.jspecify.annotations.Nullable;

/**
 * A VM exit on its way out of the instruction that caused it; one instance a processor, as {@link
 * GuestFault}.
 */
final class ExitSignal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial")
  transient @Nullable VmExit exit;

  ExitSignal() {
    super(null, null, false, false);
  }
}
