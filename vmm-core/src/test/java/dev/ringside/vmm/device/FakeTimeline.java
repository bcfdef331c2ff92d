package dev.ringside.vmm.device;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Guest time that a test moves by hand. */
final class FakeTimeline implements Timeline {
  private record Entry(long at, Runnable action) {}

  private final List<Entry> entries = new ArrayList<>();
  private long now;

  @Override
  public long now() {
    return now;
  }

  @Override
  public Alarm schedule(long at, Runnable action) {
    Entry entry = new Entry(at, action);
    entries.add(entry);
    return () -> entries.remove(entry);
  }

  /** Moves on, running each alarm at its own time. */
  void advance(long nanos) {
    long target = now + nanos;
    while (true) {
      Entry next =
          entries.stream()
              .filter(e -> e.at() <= target)
              .min(Comparator.comparingLong(Entry::at))
              .orElse(null);
      if (next == null) {
        now = target;
        return;
      }
      entries.remove(next);
      now = Math.max(now, next.at());
      next.action().run();
    }
  }

  /** Jumps first and then runs what is overdue, as a host clock that was late would. */
  void jump(long nanos) {
    now += nanos;
    advance(0);
  }

  /** When the next alarm is due. */
  long next() {
    return entries.stream().mapToLong(Entry::at).min().orElse(Long.MAX_VALUE);
  }

  int pending() {
    return entries.size();
  }
}
