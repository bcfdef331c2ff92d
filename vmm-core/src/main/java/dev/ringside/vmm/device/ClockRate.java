package dev.ringside.vmm.device;

/**
 * A clock that ticks at a fixed rate from power-on. Conversions are exact integer arithmetic, so
 * that two devices on the same rate never drift apart.
 *
 * @param hertz ticks a second, 1 to 9,000,000,000
 */
record ClockRate(long hertz) {
  private static final long NANOS = 1_000_000_000L;

  ClockRate {
    if (hertz < 1 || hertz > 9_000_000_000L) {
      throw new IllegalArgumentException("a clock of " + hertz + " Hz is out of range");
    }
  }

  /** How many ticks have passed at that guest time in nanoseconds. */
  long ticksAt(long nanos) {
    return nanos / NANOS * hertz + nanos % NANOS * hertz / NANOS;
  }

  /** The first guest time, in nanoseconds, at which that many ticks have passed. */
  long timeOf(long ticks) {
    long rest = ticks % hertz;
    return ticks / hertz * NANOS + (rest * NANOS + hertz - 1) / hertz;
  }
}
