package dev.ringside.profiler;

import dev.ringside.vmm.vmx.ExitReason;
import org.HdrHistogram.Histogram;

/** How often and how long: the figures of a {@link TrapRow}. Of one thread. */
public final class ExitTally {
  /** Within 1 %. */
  private static final int SIGNIFICANT_DIGITS = 2;

  private final Histogram times;
  private long count;
  private long total;
  private long min = Long.MAX_VALUE;
  private long max;

  /** Of nothing yet. */
  public ExitTally() {
    this(new Histogram(SIGNIFICANT_DIGITS));
  }

  private ExitTally(Histogram times) {
    this.times = times;
  }

  /** An exit. */
  public void exited() {
    count++;
  }

  /** The entry that followed an exit, after that many nanoseconds. */
  public void entered(long nanos) {
    long time = Math.max(0, nanos);
    total += time;
    min = Math.min(min, time);
    max = Math.max(max, time);
    times.recordValue(time);
  }

  /** Exits so far. */
  public long count() {
    return count;
  }

  /** Nanoseconds so far. */
  public long total() {
    return total;
  }

  ExitTally copy() {
    ExitTally copy = new ExitTally(times.copy());
    copy.count = count;
    copy.total = total;
    copy.min = min;
    copy.max = max;
    return copy;
  }

  void add(ExitTally other) {
    count += other.count;
    total += other.total;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    times.add(other.times);
  }

  /** The row that has these figures. */
  public TrapRow row(ExitReason reason, String detail, Place place, int cpl, int vcpu) {
    long timed = times.getTotalCount();
    return new TrapRow(
        reason,
        detail,
        place,
        cpl,
        vcpu,
        count,
        total,
        timed == 0 ? 0 : min,
        timed == 0 ? 0 : total / timed,
        percentile(50),
        percentile(90),
        percentile(99),
        max);
  }

  private long percentile(double percent) {
    return times.getTotalCount() == 0
        ? 0
        : Math.clamp(times.getValueAtPercentile(percent), min, max);
  }
}
