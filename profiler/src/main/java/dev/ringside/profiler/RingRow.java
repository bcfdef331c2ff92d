package dev.ringside.profiler;

import dev.ringside.vmm.RingTransition.Mechanism;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Ring transitions of one kind.
 *
 * @param from ring left, 0 to 3
 * @param to ring entered
 * @param vector of an exception, interrupt or INT n; -1 for the other mechanisms
 * @param handler where a more privileged ring was entered; null on the way back
 * @param residency host nanoseconds in {@code to} until the next transition, VM exits and sleep
 *     excluded
 */
public record RingRow(
    int from,
    int to,
    Mechanism mechanism,
    int vector,
    @Nullable Place handler,
    long count,
    long residency) {

  /** The most frequent first. */
  public static final Comparator<RingRow> BY_COUNT =
      Comparator.comparingLong(RingRow::count)
          .reversed()
          .thenComparing(RingRow::mechanism)
          .thenComparingInt(RingRow::vector);
}
