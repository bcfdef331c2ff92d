package dev.ringside.cli;

/** A command cannot do what it was asked; one line for standard error, and an exit status. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  CommandFailure(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
