package dev.ringside.profiler.timeline;

import dev.ringside.vmm.vmx.ExitReason;
import java.util.List;

/**
 * VM exits and residency over a run's time: the host's monotonic clock from when profiling began,
 * debugger stops excluded. Every list of numbers has one for each bucket.
 *
 * @param width host nanoseconds in a bucket
 * @param buckets how many, at most {@value TimelineRecorder#MOST_BUCKETS}
 * @param exits in the order of the reasons' numbers; reasons that did not occur are left out
 */
public record Timeline(long width, int buckets, List<Exits> exits, Residencies residency) {
  public Timeline {
    exits = List.copyOf(exits);
  }

  /**
   * The exits of one reason.
   *
   * @param counts by the bucket that an exit happened in
   * @param totals nanoseconds from exit to entry, in the bucket that the exit happened in
   */
  public record Exits(ExitReason reason, List<Long> counts, List<Long> totals) {
    public Exits {
      counts = List.copyOf(counts);
      totals = List.copyOf(totals);
    }
  }

  /**
   * Where the time went, in nanoseconds a bucket.
   *
   * @param rings rings 0 to 3; empty where the processor does not show ring transitions
   */
  public record Residencies(List<List<Long>> rings, List<Long> host, List<Long> idle) {
    public Residencies {
      rings = rings.stream().map(List::copyOf).toList();
      host = List.copyOf(host);
      idle = List.copyOf(idle);
    }
  }
}
