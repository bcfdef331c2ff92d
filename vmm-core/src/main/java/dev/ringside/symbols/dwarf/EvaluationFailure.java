package dev.ringside.symbols.dwarf;

/** An expression has no result here; the message becomes {@code Location.Unavailable}'s reason. */
final class EvaluationFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String reason;

  EvaluationFailure(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
