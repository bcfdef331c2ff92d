package dev.ringside.vmm;

/**
 * The chosen processor is not available on this host (exit status 78); the message says why and
 * what to do.
 */
public final class BackendUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for a person. */
  public BackendUnavailableException(String message) {
    super(message);
  }
}
