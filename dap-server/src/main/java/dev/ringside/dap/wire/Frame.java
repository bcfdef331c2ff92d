package dev.ringside.dap.wire;

/** What the next bytes of a DAP stream turned out to be (DAP overview, "Base Protocol"). */
public sealed interface Frame {
  /** A message's content, not parsed yet. */
  record Content(String json) implements Frame {}

  /**
   * Bytes that are no message; reading goes on at the next header.
   *
   * @param problem for the client's user
   */
  record Malformed(String problem) implements Frame {}

  /** The stream has ended. */
  record End() implements Frame {}
}
