package dev.ringside.profiler;

import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Shares a whole among parts, so that nothing is lost to rounding. */
final class Shares {
  private Shares() {}

  /**
   * The parts scaled so that their sum is the whole.
   *
   * @param parts at least one, none negative; if all are 0 the first takes everything
   */
  static long[] of(long whole, long[] parts) {
    long sum = LongStream.of(parts).sum();
    if (sum == whole) {
      return parts.clone();
    }
    int largest =
        IntStream.range(0, parts.length).reduce((a, b) -> parts[b] > parts[a] ? b : a).orElse(0);
    long[] scaled = new long[parts.length];
    long left = whole;
    for (int i = 0; i < parts.length; i++) {
      scaled[i] = sum == 0 ? 0 : Math.min(left, (long) ((double) whole / sum * parts[i]));
      left -= scaled[i];
    }
    scaled[largest] += left;
    return scaled;
  }
}
