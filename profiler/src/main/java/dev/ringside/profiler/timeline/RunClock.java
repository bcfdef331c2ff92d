package dev.ringside.profiler.timeline;

import java.util.function.LongSupplier;

/**
 * The time of a run: nanoseconds since profiling began, debugger stops excluded. Of the vCPU's
 * thread.
 *
 * <p>Reading the host's clock costs a good part of an exit. So it is read when enough may have
 * happened since the last time, and otherwise the time is that reading plus what the host is known
 * to have taken since: at most some microseconds behind.
 */
public final class RunClock {
  /** Instructions: some microseconds of translated code. */
  private static final int CLOSE = 4096;

  private static final int MOST_UNREAD = 16;

  private final LongSupplier clock;
  private long offset;
  private long readAt;
  private long readAtInstruction;
  private long known;
  private int unread;
  private boolean running;

  /** Stands at 0. */
  public RunClock(LongSupplier clock) {
    this.clock = clock;
    this.readAt = clock.getAsLong();
    this.offset = readAt;
  }

  /** The machine runs from now on. */
  public void resumed() {
    if (!running) {
      running = true;
      long now = clock.getAsLong();
      offset += now - readAt;
      readAt = now;
      unread = MOST_UNREAD;
    }
  }

  /** The machine stands still from now on. */
  public void stopped() {
    if (running) {
      read();
      running = false;
    }
  }

  /** The time, read. */
  public long now() {
    if (running) {
      read();
    }
    return readAt - offset;
  }

  /**
   * The time, about.
   *
   * @param instructions completed by the guest; -1 where nobody counts
   */
  public long about(long instructions) {
    if (running
        && (instructions < 0
            || instructions - readAtInstruction >= CLOSE
            || ++unread >= MOST_UNREAD)) {
      read();
      readAtInstruction = instructions;
    }
    return readAt + known - offset;
  }

  /** The host took that long since the time was last asked. */
  public void passed(long nanos) {
    known += nanos;
  }

  /** Takes time that belongs to nobody's run out of it. */
  public void exclude(long nanos) {
    offset += nanos;
    known += nanos;
  }

  /** The time at a reading of the host's clock not before the last stop. */
  public long at(long reading) {
    return Math.max(0, reading - offset);
  }

  private void read() {
    readAt = clock.getAsLong();
    known = 0;
    unread = 0;
  }
}
