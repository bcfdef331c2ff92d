package dev.ringside.debug.scope;

import dev.ringside.debug.value.Node;
import java.util.List;

/** What VM exits have cost so far at one place; supplied by whoever profiles. Thread-safe. */
@FunctionalInterface
public interface TrapCost {
  /** Nobody profiles. */
  TrapCost NONE = (rip, symbol) -> List.of();

  /**
   * The rows for a place.
   *
   * @param rip linear address of an instruction
   * @param symbol the function that it is in, empty if unknown
   */
  List<Node> at(long rip, String symbol);

  /**
   * All VM exits so far with their cost, as a table for people; empty where nobody profiles.
   *
   * @param most rows at most; the table says how many it leaves out, and how to see them
   */
  default String exitTable(int most) {
    return "";
  }

  /** All ring transitions so far, as a table for people; empty where nobody profiles. */
  default String ringTable() {
    return "";
  }
}
