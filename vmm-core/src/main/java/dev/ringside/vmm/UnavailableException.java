package dev.ringside.vmm;

/** Something that this processor or host cannot show or do; the message says what and why. */
public final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for a person. */
  public UnavailableException(String message) {
    super(message);
  }

  /** With a message for a person, and what led to it. */
  public UnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
