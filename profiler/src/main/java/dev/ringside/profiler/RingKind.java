package dev.ringside.profiler;

import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.RingTransition.Mechanism;
import org.jspecify.annotations.Nullable;

/**
 * Ring transitions of one kind, counted, with the time spent in the ring they enter. A kind without
 * a mechanism stands for the ring that was current before the first transition. Confined to the
 * vCPU's thread.
 */
final class RingKind {
  private final int from;
  private final int to;
  private final @Nullable Mechanism mechanism;
  private final int vector;
  private final long handler;

  long count;
  long residency;

  /** Since the clock was last read: instructions, and the next kind that has some. */
  long instructions;

  @Nullable RingKind nextPending;

  /** What came after it the last time: mostly what comes after it the next time. */
  @Nullable RingKind successor;

  boolean isPending;

  private RingKind(int from, int to, @Nullable Mechanism mechanism, int vector, long handler) {
    this.from = from;
    this.to = to;
    this.mechanism = mechanism;
    this.vector = vector;
    this.handler = handler;
  }

  static RingKind of(RingTransition t) {
    return new RingKind(t.from(), t.to(), t.mechanism(), t.vector(), handler(t));
  }

  /** Time in a ring that no transition seen led to. */
  static RingKind initial(int ring) {
    return new RingKind(ring, ring, null, -1, 0);
  }

  /** Where a transition to a more privileged ring goes; the way back ends anywhere. */
  private static long handler(RingTransition t) {
    return t.to() < t.from() ? t.toRip() : 0;
  }

  boolean isOf(RingTransition t) {
    return t.mechanism() == mechanism
        && t.vector() == vector
        && t.from() == from
        && t.to() == to
        && handler(t) == handler;
  }

  int to() {
    return to;
  }

  RingKind copy() {
    RingKind copy = new RingKind(from, to, mechanism, vector, handler);
    copy.count = count;
    copy.residency = residency;
    return copy;
  }

  /** The row; null for the time before the first transition. */
  @Nullable RingRow row(GuestSymbols symbols) {
    Mechanism how = mechanism;
    return how == null
        ? null
        : new RingRow(
            from, to, how, vector, to < from ? symbols.at(handler) : null, count, residency);
  }
}
