package dev.ringside.symbols.dwarf;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps what was read last from being collected, up to a size: units come back soon or not at all.
 * Thread-safe.
 */
final class Recent {
  private static final long CAPACITY = 48L << 20;

  private final Deque<Kept> kept = new ArrayDeque<>();
  private long size;

  private record Kept(Object value, int size) {}

  /** Keeps a value of about that many bytes, and lets go of the oldest ones for it. */
  synchronized void keep(Object value, int bytes) {
    kept.addLast(new Kept(value, bytes));
    size += bytes;
    while (size > CAPACITY && kept.size() > 1) {
      size -= kept.removeFirst().size;
    }
  }
}
