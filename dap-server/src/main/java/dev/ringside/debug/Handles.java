package dev.ringside.debug;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Numbers for things that live until the guest runs again. A number is never used twice, so that a
 * stale one is noticed. Thread-safe.
 */
final class Handles<T> {
  private final Map<Integer, T> things = new HashMap<>();
  private int last;

  synchronized int add(T thing) {
    things.put(++last, thing);
    return last;
  }

  /** Puts something else under a number that is in use. */
  synchronized void replace(int number, T thing) {
    things.replace(number, thing);
  }

  synchronized Optional<T> get(int number) {
    return Optional.ofNullable(things.get(number));
  }

  /** Leaves out the numbers that another one has given. */
  synchronized void startAfter(Handles<T> other) {
    synchronized (other) {
      last = Math.max(last, other.last);
    }
  }

  synchronized void clear() {
    things.clear();
  }
}
