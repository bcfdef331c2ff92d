package dev.ringside.vmm.soft;

/**
 * The processor cannot go on (status 72): an unimplemented instruction, a fetch from unbacked
 * memory.
 */
final class StopSignal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StopSignal(String message) {
    super(message, null, false, false);
  }

  /** What to tell the person. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
