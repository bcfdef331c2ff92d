package dev.ringside.debug.breakpoint;

import java.util.Optional;

/** Addresses as users write them. */
public final class Addresses {
  private Addresses() {}

  /** {@code 0x…}; empty for anything else. */
  public static Optional<Long> parse(String text) {
    String t = text.trim();
    if (!t.startsWith("0x") && !t.startsWith("0X")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseUnsignedLong(t.substring(2).replace("_", ""), 16));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
