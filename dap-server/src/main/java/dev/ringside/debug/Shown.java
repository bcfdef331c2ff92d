package dev.ringside.debug;

import dev.ringside.debug.value.Line;
import dev.ringside.debug.value.Node;
import dev.ringside.debug.value.Place;
import dev.ringside.debug.value.Value;
import java.util.Optional;

/**
 * A line of a variables view as clients get it.
 *
 * @param reference what {@link DebugSession#variables} takes to expand it; 0 if nothing is below
 * @param edited whether getting it changed the guest: it is what an assignment gave
 */
public record Shown(Line line, int reference, boolean edited) {
  /** One that changed nothing. */
  Shown(Line line, int reference) {
    this(line, reference, false);
  }

  /** Where in memory it is; empty for a register and the like. */
  public Optional<Extent> extent() {
    if (!(line.node() instanceof Node.OfValue node)) {
      return Optional.empty();
    }
    Value value = node.value();
    int size = Math.clamp(value.type().size(), 1, Integer.MAX_VALUE);
    if (value.place() instanceof Place.Physical physical) {
      return Optional.of(new Extent(true, physical.gpa() + value.bitOffset() / 8, size));
    }
    return value.hasAddress()
        ? Optional.of(new Extent(false, value.address(), size))
        : Optional.empty();
  }

  /**
   * A piece of memory.
   *
   * @param physical whether its address is guest-physical, not linear
   */
  public record Extent(boolean physical, long address, int size) {}
}
