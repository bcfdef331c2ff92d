package dev.ringside.debug.value;

import org.jspecify.annotations.Nullable;

/**
 * A node as text.
 *
 * @param name what stands before the value
 * @param value the first token is the plain value, then annotation; one line
 * @param type as C writes it; empty for what has none
 * @param evaluateName an expression that means it; empty for none
 * @param memoryReference {@code 0x…} or {@code phys:0x…} where it has memory to look at
 * @param named how many children with names it has
 * @param indexed how many array elements it has
 * @param readOnly whether it cannot be set
 * @param node to expand it
 */
public record Line(
    String name,
    String value,
    String type,
    String evaluateName,
    @Nullable String memoryReference,
    int named,
    int indexed,
    boolean readOnly,
    Node node) {
  /** Whether anything is below it. */
  public boolean hasChildren() {
    return named + indexed > 0;
  }
}
