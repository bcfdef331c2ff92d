package dev.ringside.profiler.timeline;

import dev.ringside.vmm.vmx.ExitReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds up a {@link Timeline}. Times are nanoseconds since profiling began. Of one thread, and of
 * bounded size: when its buckets are full, neighbours are merged and their width doubles.
 */
public final class TimelineRecorder {
  /** Buckets at most. */
  public static final int MOST_BUCKETS = 512;

  /** A millisecond after five doublings. */
  private static final long FIRST_WIDTH = 31_250;

  private static final int RINGS = 4;
  private static final ExitReason[] REASONS = ExitReason.values();

  private final long[] @Nullable [] counts = new long[REASONS.length] @Nullable [];
  private final long[][] totals = new long[REASONS.length][];
  private final long[][] rings = new long[RINGS][MOST_BUCKETS];
  private final long[] host = new long[MOST_BUCKETS];
  private final long[] idle = new long[MOST_BUCKETS];
  private long width = FIRST_WIDTH;
  private int used;
  private long from;
  private int bucket;

  /** An exit happened. */
  public void exited(ExitReason reason, long at) {
    int index = reason.ordinal();
    long[] column = counts[index];
    if (column == null) {
      column = new long[MOST_BUCKETS];
      counts[index] = column;
      totals[index] = new long[MOST_BUCKETS];
    }
    column[bucketOf(at)]++;
  }

  /** The exit that happened then has been handled, in so many nanoseconds, of them asleep some. */
  public void entered(ExitReason reason, long exitAt, long hostNanos, long idleNanos) {
    long[] column = totals[reason.ordinal()];
    if (column != null) {
      column[bucketOf(exitAt)] += hostNanos;
    }
    spread(host, exitAt, exitAt + hostNanos, hostNanos);
    if (idleNanos > 0) {
      spread(idle, exitAt + hostNanos, exitAt + hostNanos + idleNanos, idleNanos);
    }
  }

  /** The guest spent time in a ring, somewhen between two moments. */
  public void stayed(int ring, long start, long end, long nanos) {
    spread(rings[ring], start, end, nanos);
  }

  /** Shares an amount among the buckets of an interval, evenly over its time. */
  private void spread(long[] column, long start, long end, long amount) {
    int last = bucketOf(Math.max(start, end));
    int first = bucketOf(start);
    if (first == last) {
      column[first] += amount;
      return;
    }
    long left = amount;
    double perNano = (double) amount / (end - start);
    for (int i = first; i < last; i++) {
      long in = Math.min(end, (i + 1) * width) - Math.max(start, i * width);
      long part = Math.min(left, (long) (perNano * in));
      column[i] += part;
      left -= part;
    }
    column[last] += left;
  }

  private int bucketOf(long at) {
    if (at >= from && at - from < width && bucket < used) {
      return bucket;
    }
    long time = Math.max(0, at);
    while (time / width >= MOST_BUCKETS) {
      merge();
    }
    bucket = (int) (time / width);
    from = bucket * width;
    used = Math.max(used, bucket + 1);
    return bucket;
  }

  private void merge() {
    for (int i = 0; i < counts.length; i++) {
      long[] column = counts[i];
      if (column != null) {
        halve(column);
        halve(totals[i]);
      }
    }
    for (long[] ring : rings) {
      halve(ring);
    }
    halve(host);
    halve(idle);
    width *= 2;
    used = (used + 1) / 2;
    bucket = 0;
    from = 0;
  }

  private static void halve(long[] column) {
    for (int i = 0; i < MOST_BUCKETS / 2; i++) {
      column[i] = column[2 * i] + column[2 * i + 1];
    }
    Arrays.fill(column, MOST_BUCKETS / 2, MOST_BUCKETS, 0);
  }

  /**
   * What has been added up so far.
   *
   * @param now the end of the run so far
   * @param showsRings whether anybody tells {@link #stayed}
   */
  public Timeline timeline(long now, boolean showsRings) {
    bucketOf(now);
    List<Timeline.Exits> exits = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      long[] column = counts[i];
      if (column != null) {
        exits.add(new Timeline.Exits(REASONS[i], list(column), list(totals[i])));
      }
    }
    List<List<Long>> inRings =
        showsRings ? Arrays.stream(rings).map(this::list).toList() : List.of();
    return new Timeline(
        width, used, exits, new Timeline.Residencies(inRings, list(host), list(idle)));
  }

  private List<Long> list(long[] column) {
    return Arrays.stream(column, 0, used).boxed().toList();
  }
}
