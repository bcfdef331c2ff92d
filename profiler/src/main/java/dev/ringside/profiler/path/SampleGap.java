package dev.ringside.profiler.path;

/**
 * Decides which exits have their path taken: all of them while that takes little time, then about
 * every n-th, so that it takes {@value #SHARE} of the time that passes. The gaps are random, so
 * that no loop of the guest's keeps step with them. Of one thread; times are the run's, in
 * nanoseconds.
 */
public final class SampleGap {
  /** Part of the time that may be spent. */
  static final double SHARE = 0.01;

  /** Spent before anything has to be spared: a short run is taken whole, 2,000 exits at least. */
  private static final long FIRST_CREDIT = 100_000_000;

  /** More is not the walk's: code that is not compiled yet, or a host that is busy elsewhere. */
  private static final long MOST_COST = 50_000;

  private static final long MOST_CREDIT = 10_000_000;
  private static final long MOST_GAP = 1 << 16;

  /** However often others happen, the first few of each kind are taken. */
  private static final int ALWAYS = 4;

  /** A guest that slows down is not left alone until a long gap has passed. */
  private static final long LONGEST = 100_000_000;

  private double credit = FIRST_CREDIT;
  private double usualCost;
  private long last;
  private long passed;
  private long left = 1;
  private long random = 0x9e37_79b9_7f4a_7c15L;

  /**
   * Whether this exit's path is to be taken; then {@link #took} follows.
   *
   * @param takenOfKind how many of its kind were
   * @param now the time, about
   */
  public boolean takes(long takenOfKind, long now) {
    passed++;
    return --left <= 0 || takenOfKind < ALWAYS || now - last > LONGEST;
  }

  /** A path was taken at that time, and took so long. */
  public void took(long now, long nanos) {
    long cost = Math.min(nanos, MOST_COST);
    double elapsed = Math.max(0, now - last);
    credit = Math.min(Math.max(credit, MOST_CREDIT), credit + elapsed * SHARE) - cost;
    usualCost = usualCost == 0 ? cost : usualCost + (cost - usualCost) / 16;
    last = now;
    long gap = 1;
    if (credit < 0) {
      double perExit = Math.max(1, elapsed / passed);
      gap = Math.clamp((long) Math.ceil(usualCost / SHARE / perExit), 1, MOST_GAP);
    }
    passed = 0;
    left = gap == 1 ? 1 : 1 + Long.remainderUnsigned(next(), 2 * gap - 1);
  }

  /** Marsaglia's xorshift64. */
  private long next() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return random;
  }
}
