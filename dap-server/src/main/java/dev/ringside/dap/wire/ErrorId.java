package dev.ringside.dap.wire;

/**
 * Every error id of {@code body.error.id} that Ringside answers with. Clients and bug reports name
 * them, so that a number never changes its meaning.
 */
public enum ErrorId {
  /** The request's command is not one of ours. */
  UNKNOWN_REQUEST(1001, false),
  /** The request's arguments are missing or of the wrong types. */
  BAD_ARGUMENTS(1002, false),
  /** The request comes at the wrong time: before launch, after the end, or twice. */
  WRONG_STATE(1003, false),
  /** The client cancelled it. */
  CANCELLED(1004, false),
  /** A bug of ours. */
  INTERNAL(1005, true),
  /** Launch or attach cannot be done as the configuration asks. */
  CANNOT_START(2001, true),
  /** No VM of that name runs here. */
  NO_SUCH_VM(2002, true),
  /** The debug engine refused: the message says why. */
  REFUSED(3001, false),
  /** A frame, variable or source number that the last stop does not know. */
  STALE_REFERENCE(3002, false),
  /** An address that is not one, or memory that cannot be read or written. */
  BAD_ADDRESS(3003, false),
  /** An expression or console command that cannot be evaluated. */
  EVALUATION(3004, false);

  private final int number;
  private final boolean shown;

  ErrorId(int number, boolean shown) {
    this.number = number;
    this.shown = shown;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** Whether clients should show the message in a dialog. */
  public boolean isShownToUser() {
    return shown;
  }
}
