package dev.ringside.vmm.device;

import org.jspecify.annotations.Nullable;

/**
 * A local APIC's timer (SDM vol. 3A, 11.5.4): one-shot, periodic or TSC-deadline. Its input clock
 * has 1 GHz, before the divider.
 */
final class ApicTimer {
  /** LVT bits 18:17. */
  private static final int PERIODIC = 1;

  private static final int TSC_DEADLINE = 2;

  private final Timeline timeline;
  private final ClockRate tsc;
  private final Runnable expired;
  private Timeline.@Nullable Alarm alarm;
  private int mode;

  /** The divide configuration register as the guest sees it. */
  private int divideRegister;

  private long initialCount;

  /** When the count was last at {@link #initialCount}, in nanoseconds. */
  private long start;

  private long deadline;
  private long deadlineTime;

  /** {@code expired} runs at each expiry, whether or not the vector table masks it. */
  ApicTimer(Timeline timeline, ClockRate tsc, Runnable expired) {
    this.timeline = timeline;
    this.tsc = tsc;
    this.expired = expired;
  }

  /** Nanoseconds a count. */
  private long divider() {
    int shift = (divideRegister & 3 | divideRegister >> 1 & 4) + 1 & 7;
    return 1L << shift;
  }

  void reset() {
    mode = 0;
    divideRegister = 0;
    initialCount = 0;
    deadline = 0;
    arm();
  }

  /** The timer mode of the vector table entry. Leaving or entering TSC-deadline mode disarms. */
  void mode(int value) {
    if (value == mode) {
      return;
    }
    long current = currentCount();
    boolean disarms = value == TSC_DEADLINE || mode == TSC_DEADLINE;
    mode = value;
    if (disarms) {
      initialCount = 0;
      deadline = 0;
    } else {
      start = timeline.now() - (initialCount - current) * divider();
    }
    arm();
  }

  int divide() {
    return divideRegister;
  }

  void divide(int value) {
    long counted = initialCount - currentCount();
    divideRegister = value & 0xb;
    start = timeline.now() - counted * divider();
    arm();
  }

  long initialCount() {
    return initialCount;
  }

  void initialCount(long value) {
    if (mode != TSC_DEADLINE) {
      initialCount = value;
      start = timeline.now();
      arm();
    }
  }

  long currentCount() {
    if (initialCount == 0 || mode == TSC_DEADLINE) {
      return 0;
    }
    long counted = (timeline.now() - start) / divider();
    return mode == PERIODIC
        ? initialCount - counted % initialCount
        : Math.max(0, initialCount - counted);
  }

  /** IA32_TSC_DEADLINE: 0 once it has fired or outside TSC-deadline mode. */
  long deadline() {
    return deadline;
  }

  void deadline(long value, long tscNow) {
    if (mode != TSC_DEADLINE) {
      return;
    }
    deadline = value;
    long left = Long.compareUnsigned(value, tscNow) <= 0 ? 0 : value - tscNow;
    // Further than the guest can live: never.
    deadlineTime =
        left < 0 || left > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : timeline.now() + tsc.timeOf(left);
    arm();
  }

  private void arm() {
    Timeline.Alarm old = alarm;
    if (old != null) {
      old.cancel();
      alarm = null;
    }
    long at = nextExpiry();
    if (at != Long.MAX_VALUE) {
      alarm = timeline.schedule(at, this::expire);
    }
  }

  private long nextExpiry() {
    if (mode == TSC_DEADLINE) {
      return deadline == 0 ? Long.MAX_VALUE : deadlineTime;
    }
    if (initialCount == 0) {
      return Long.MAX_VALUE;
    }
    long period = initialCount * divider();
    long past = timeline.now() - start;
    if (mode == PERIODIC) {
      return start + (past / period + 1) * period;
    }
    return past < period ? start + period : Long.MAX_VALUE;
  }

  private void expire() {
    alarm = null;
    if (mode == TSC_DEADLINE) {
      deadline = 0;
    }
    arm();
    expired.run();
  }
}
