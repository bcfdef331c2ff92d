package dev.ringside.vmm.monitor;

import dev.ringside.vmm.device.Timeline;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * What devices have scheduled, in order of guest time; equal times in order of scheduling. Confined
 * to the machine's thread.
 */
public final class EventTimeline implements Timeline {
  private final LongSupplier clock;
  private final PriorityQueue<Entry> queue = new PriorityQueue<>();
  private long sequence;

  /** With where guest nanoseconds come from. */
  public EventTimeline(LongSupplier clock) {
    this.clock = clock;
  }

  private static final class Entry implements Alarm, Comparable<Entry> {
    private final long at;
    private final long order;
    private final Runnable action;
    private boolean cancelled;

    Entry(long at, long order, Runnable action) {
      this.at = at;
      this.order = order;
      this.action = action;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  @Override
  public long now() {
    return clock.getAsLong();
  }

  @Override
  public Alarm schedule(long at, Runnable action) {
    Entry entry = new Entry(at, sequence++, action);
    queue.add(entry);
    return entry;
  }

  /** Guest time of the next alarm, {@link Long#MAX_VALUE} if there is none. */
  public long next() {
    Entry head = queue.peek();
    while (head != null && head.cancelled) {
      queue.poll();
      head = queue.peek();
    }
    return head == null ? Long.MAX_VALUE : head.at;
  }

  /** Runs all alarms that are due now; what they schedule for now waits for the next call. */
  public void runDue() {
    long now = now();
    if (next() > now) {
      return;
    }
    Queue<Entry> due = new ArrayDeque<>();
    while (next() <= now) {
      due.add(queue.remove());
    }
    for (Entry entry : due) {
      if (!entry.cancelled) {
        entry.action.run();
      }
    }
  }
}
