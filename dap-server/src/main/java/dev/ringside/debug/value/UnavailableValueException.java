package dev.ringside.debug.value;

/** Bytes of a value that cannot be had: optimised out, not mapped, not visible; says why. */
public final class UnavailableValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The reason, for the user. */
  public UnavailableValueException(String reason) {
    super(reason);
  }
}
