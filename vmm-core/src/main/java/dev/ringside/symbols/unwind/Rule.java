package dev.ringside.symbols.unwind;

/** How to recover one register, or the CFA (6.4.1). */
sealed interface Rule {
  /** The caller's value is lost. */
  record Undefined() implements Rule {}

  /** The register still has the caller's value. */
  record SameValue() implements Rule {}

  /** Saved at CFA + offset. */
  record Offset(long offset) implements Rule {}

  /** It is CFA + offset. */
  record ValOffset(long offset) implements Rule {}

  /** In another register; for the CFA, with an offset. */
  record Register(int number, long offset) implements Rule {}

  /** Saved at the address that an expression computes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Expression(byte[] expression) implements Rule {}

  /** It is what an expression computes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record ValExpression(byte[] expression) implements Rule {}
}
