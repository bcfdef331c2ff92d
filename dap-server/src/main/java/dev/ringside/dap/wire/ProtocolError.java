package dev.ringside.dap.wire;

/**
 * A request that fails, as its client hears of it. The message says what was wrong and what to do.
 */
public abstract sealed class ProtocolError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorId id;

  private ProtocolError(ErrorId id, String message) {
    super(message, null, false, false);
    this.id = id;
  }

  /** The id for {@code body.error}. */
  public ErrorId id() {
    return id;
  }

  /** A command that this server does not have. */
  public static final class UnknownRequest extends ProtocolError {
    private static final long serialVersionUID = 1L;

    public UnknownRequest(String command) {
      super(ErrorId.UNKNOWN_REQUEST, "there is no request '" + command + "' here");
    }
  }

  /** Arguments that are missing or mean nothing. */
  public static final class BadArguments extends ProtocolError {
    private static final long serialVersionUID = 1L;

    public BadArguments(String message) {
      super(ErrorId.BAD_ARGUMENTS, message);
    }
  }

  /** A request at the wrong time. */
  public static final class WrongState extends ProtocolError {
    private static final long serialVersionUID = 1L;

    public WrongState(String message) {
      super(ErrorId.WRONG_STATE, message);
    }
  }

  /** Cancelled by the client. */
  public static final class Cancelled extends ProtocolError {
    private static final long serialVersionUID = 1L;

    public Cancelled() {
      super(ErrorId.CANCELLED, "cancelled");
    }
  }

  /** Launch or attach cannot be done. */
  public static final class CannotStart extends ProtocolError {
    private static final long serialVersionUID = 1L;

    public CannotStart(String message) {
      super(ErrorId.CANNOT_START, message);
    }
  }

  /** There is no such VM to attach to. */
  public static final class NoSuchVm extends ProtocolError {
    private static final long serialVersionUID = 1L;

    public NoSuchVm(String message) {
      super(ErrorId.NO_SUCH_VM, message);
    }
  }

  /** A number of an earlier stop, or of nothing at all. */
  public static final class StaleReference extends ProtocolError {
    private static final long serialVersionUID = 1L;

    public StaleReference(String what, int number) {
      super(
          ErrorId.STALE_REFERENCE,
          "there is no " + what + " " + number + " any more; the guest has run since");
    }
  }

  /** An address that cannot be used. */
  public static final class BadAddress extends ProtocolError {
    private static final long serialVersionUID = 1L;

    public BadAddress(String message) {
      super(ErrorId.BAD_ADDRESS, message);
    }
  }

  /** An expression or command that fails. */
  public static final class Evaluation extends ProtocolError {
    private static final long serialVersionUID = 1L;

    public Evaluation(String message) {
      super(ErrorId.EVALUATION, message);
    }
  }
}
