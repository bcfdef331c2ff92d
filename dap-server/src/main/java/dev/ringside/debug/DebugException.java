package dev.ringside.debug;

/** A request that cannot be carried out; the message tells the user why and what to do. */
public final class DebugException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for a person. */
  public DebugException(String message) {
    super(message);
  }
}
