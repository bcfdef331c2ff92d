package dev.ringside.debug.value;

import dev.ringside.debug.guest.GuestView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line of a variables view, which may have others below it. Immutable. */
public sealed interface Node {
  /** What stands before the value. */
  String name();

  /**
   * A value.
   *
   * @param evaluateName an expression that means it
   */
  record OfValue(String name, String evaluateName, Value value) implements Node {}

  /**
   * Something that is text already.
   *
   * @param evaluateName an expression with the same value; empty for none
   * @param memoryReference an address in the form of CONTRACTS.md, null for none
   */
  record Text(String name, String text, String evaluateName, @Nullable String memoryReference)
      implements Node {}

  /** A heading with nodes below it that are made when somebody looks. */
  record Group(String name, String text, Children children) implements Node {}

  /** Makes the nodes of a group, on the view's thread. */
  @FunctionalInterface
  interface Children {
    List<Node> of(GuestView view);
  }
}
