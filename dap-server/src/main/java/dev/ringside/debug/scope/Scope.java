package dev.ringside.debug.scope;

import dev.ringside.debug.value.Node;

/**
 * A heading of the variables view.
 *
 * @param name one of the names of CONTRACTS.md
 * @param kind what clients that know scopes by kind take it for
 * @param content what is below it
 * @param expensive whether a client should not expand it unasked
 */
public record Scope(String name, Kind kind, Node.Group content, boolean expensive) {
  /** The kinds that clients know. */
  public enum Kind {
    ARGUMENTS,
    LOCALS,
    REGISTERS,
    OTHER
  }
}
