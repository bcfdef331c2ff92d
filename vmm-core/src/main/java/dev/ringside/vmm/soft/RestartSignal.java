package dev.ringside.vmm.soft;

/**
 * Thrown by a memory access, before it has any effect, that must not happen in the middle of a
 * block: the interpreter goes back to the instruction, runs it alone with the access permitted, and
 * then looks at what followed. One instance a processor.
 */
final class RestartSignal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RestartSignal() {
    super(null, null, false, false);
  }
}
