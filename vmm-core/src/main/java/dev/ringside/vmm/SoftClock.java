package dev.ringside.vmm;

/**
 * Guest time on the software processor under the deterministic clock: one time-stamp-counter tick
 * and one nanosecond for each completed instruction, plus what an idle vCPU skipped. The guest sees
 * a TSC of 1 GHz (CPUID leaf 15h and 16h).
 */
public final class SoftClock {
  private SoftClock() {}

  /** TSC ticks for each completed instruction. */
  public static final long TICKS_PER_INSTRUCTION = 1;

  /** The TSC's frequency in hertz. */
  public static final long TSC_HZ = 1_000_000_000L;

  /** Guest nanoseconds for a number of TSC ticks. */
  public static long nanoseconds(long ticks) {
    return ticks;
  }

  /** TSC ticks for guest nanoseconds. */
  public static long ticks(long nanoseconds) {
    return nanoseconds;
  }
}
