package dev.ringside.vmm.device;

/**
 * One counter of an Intel 8254 (datasheet 231164-005), as a function of the ticks of its clock:
 * nothing runs between two accesses. A tick is the falling edge at which counts are loaded and
 * decremented. Ticks never go back.
 */
final class PitCounter {
  /** No tick at all. */
  static final long NEVER = Long.MAX_VALUE;

  private int mode;
  private boolean bcd;

  /** 1 low byte only, 2 high byte only, 3 low then high. */
  private int access = 3;

  private boolean gate;

  /**
   * The count in use, 1 to 65536; 0 while there is none: OUT and the counting element then stand
   * still.
   */
  private int count;

  /**
   * The tick at which {@link #count} is loaded; later than now for the one tick after a write or a
   * trigger.
   */
  private long start;

  private boolean outBeforeStart;
  private int valueBeforeStart;

  /** Whether the gate holds the count still, at {@link #elapsedAtStop} ticks after the load. */
  private boolean stopped;

  private long elapsedAtStop;

  /** What modes 2 and 3 take up at {@link #pendingAt}, and a trigger in modes 1 and 5 at once. */
  private int pending;

  private long pendingAt = NEVER;

  /** Modes 1 and 5: a count has been written that no trigger has loaded. */
  private boolean untriggered;

  private boolean writingHigh;
  private int lowByte;
  private boolean readingHigh;

  /** Bytes of {@link #latch} still to be read: 1 low, 2 high. */
  private int latchedBytes;

  private int latch;
  private boolean statusLatched;
  private int latchedStatus;

  PitCounter(boolean gate) {
    this.gate = gate;
  }

  boolean gate() {
    return gate;
  }

  /** A control word for this counter: nothing counts until a count is written. */
  void control(int word, long tick) {
    valueBeforeStart = value(tick);
    access = word >> 4 & 3;
    int requested = word >> 1 & 7;
    mode = requested > 5 ? requested - 4 : requested;
    bcd = (word & 1) != 0;
    outBeforeStart = mode != 0;
    count = 0;
    pending = 0;
    pendingAt = NEVER;
    stopped = false;
    untriggered = false;
    writingHigh = false;
    readingHigh = false;
    latchedBytes = 0;
    statusLatched = false;
  }

  /**
   * The counter latch command: holds the count until it is read; another one is ignored until then.
   */
  void latchCount(long tick) {
    if (latchedBytes == 0) {
      latch = value(tick);
      latchedBytes = access;
    }
  }

  /** The read-back command's status latch: OUT, null count, and the control word. */
  void latchStatus(long tick) {
    if (!statusLatched) {
      statusLatched = true;
      latchedStatus = (out(tick) ? 0x80 : 0) | access << 4 | mode << 1 | (bcd ? 1 : 0);
      latchedStatus |= isNull(tick) ? 0x40 : 0;
    }
  }

  /** The next byte the guest reads: latched status, latched count, or the running count. */
  int read(long tick) {
    if (statusLatched) {
      statusLatched = false;
      return latchedStatus;
    }
    if (latchedBytes != 0) {
      boolean low = (latchedBytes & 1) != 0;
      latchedBytes &= low ? 2 : 0;
      return low ? latch & 0xff : latch >> 8;
    }
    int now = value(tick);
    boolean high = access == 2 || readingHigh;
    readingHigh = access == 3 && !readingHigh;
    return high ? now >> 8 : now & 0xff;
  }

  /** A byte of a new count. */
  void write(int value, long tick) {
    sync(tick);
    if (access == 3 && !writingHigh) {
      writingHigh = true;
      lowByte = value;
      if (mode == 0) {
        valueBeforeStart = value(tick);
        count = 0;
        outBeforeStart = false;
      }
      return;
    }
    writingHigh = false;
    load(
        switch (access) {
          case 1 -> value;
          case 2 -> value << 8;
          default -> value << 8 | lowByte;
        },
        tick);
  }

  private void load(int raw, long tick) {
    int amount = bcd ? fromBcd(raw) : raw;
    if (amount == 0) {
      amount = modulus();
    }
    switch (mode) {
      case 1, 5 -> {
        pending = amount;
        untriggered = true;
      }
      case 2, 3 -> {
        if (count <= 1 || stopped || tick < start) {
          pendingAt = NEVER;
          begin(amount, tick);
        } else {
          pending = amount;
          pendingAt = mode == 2 ? tick + count - (tick - start) % count : nextEdge(tick);
        }
      }
      default -> begin(amount, tick);
    }
  }

  /**
   * The count is loaded at the next tick. Modes 1 and 5 count whatever the gate's level, the others
   * only if it is high.
   */
  private void begin(int amount, long tick) {
    if (count != 0) {
      boolean out = mode != 0 && out(tick);
      valueBeforeStart = value(tick);
      outBeforeStart = out;
    }
    count = amount;
    start = tick + 1;
    stopped = mode != 1 && mode != 5 && !gate;
    elapsedAtStop = 0;
    untriggered = false;
  }

  /**
   * The read-back command's null count: what was written last is not in the counting element yet.
   */
  private boolean isNull(long tick) {
    return count == 0 || untriggered || pendingAt != NEVER || !stopped && tick < start;
  }

  /** Drives the gate input. */
  void gate(boolean high, long tick) {
    if (high == gate) {
      return;
    }
    sync(tick);
    gate = high;
    switch (mode) {
      case 1, 5 -> {
        if (high && pending != 0) {
          begin(pending, tick);
        }
      }
      case 2, 3 -> {
        if (high && count != 0) {
          int amount = pendingAt == NEVER ? count : pending;
          pendingAt = NEVER;
          begin(amount, tick);
        } else if (!high) {
          stop(tick);
        }
      }
      default -> {
        if (high) {
          stopped = false;
          start = Math.max(start, tick - elapsedAtStop);
        } else {
          stop(tick);
        }
      }
    }
  }

  private void stop(long tick) {
    elapsedAtStop = Math.max(0, tick - start);
    stopped = true;
  }

  /** Takes up what has become current by that tick. */
  private void sync(long tick) {
    if (tick >= pendingAt) {
      boolean falling = mode == 3 && (pendingAt - start) % count != 0;
      start = falling ? pendingAt - highTicks(pending) : pendingAt;
      count = pending;
      pendingAt = NEVER;
    }
  }

  /** The OUT pin. */
  boolean out(long tick) {
    sync(tick);
    if (stopped && (mode == 2 || mode == 3)) {
      return true;
    }
    if (count == 0 || tick < start) {
      return outBeforeStart;
    }
    long elapsed = stopped ? elapsedAtStop : tick - start;
    return switch (mode) {
      case 0, 1 -> elapsed >= count;
      case 2 -> elapsed % count != count - 1;
      case 3 -> elapsed % count < highTicks(count);
      default -> elapsed != count;
    };
  }

  /** The counting element as the guest reads it, 16 bits. */
  int value(long tick) {
    sync(tick);
    if (count == 0 || tick < start) {
      return valueBeforeStart;
    }
    long elapsed = stopped ? elapsedAtStop : tick - start;
    int value =
        switch (mode) {
          case 2 -> count - (int) (elapsed % count);
          case 3 -> {
            int inPeriod = (int) (elapsed % count);
            int high = highTicks(count);
            yield (count & ~1) - 2 * (inPeriod < high ? inPeriod : inPeriod - high);
          }
          default -> Math.floorMod(count - elapsed, modulus());
        };
    return bcd ? toBcd(value) : value & 0xffff;
  }

  /**
   * The next tick after that one at which OUT changes, or {@link #NEVER} if nothing but the guest
   * can change it.
   */
  long nextEdge(long tick) {
    sync(tick);
    if (count == 0 || stopped) {
      return NEVER;
    }
    if (tick < start) {
      return out(start) == outBeforeStart ? nextEdge(start) : start;
    }
    long elapsed = tick - start;
    return switch (mode) {
      case 0, 1 -> elapsed < count ? start + count : NEVER;
      case 2 -> {
        long left = count - 1 - elapsed % count;
        yield count == 1 ? NEVER : tick + (left > 0 ? left : 1);
      }
      case 3 -> {
        long inPeriod = elapsed % count;
        int high = highTicks(count);
        yield count == 1 ? NEVER : tick + (inPeriod < high ? high : count) - inPeriod;
      }
      default -> {
        if (elapsed < count) {
          yield start + count;
        }
        yield elapsed == count ? tick + 1 : NEVER;
      }
    };
  }

  /**
   * The next tick after that one at which OUT rises, or {@link #NEVER}; at the latest the tick at
   * which a new count is taken up, since what follows is not known before.
   */
  long nextRise(long tick) {
    long edge = nextEdge(tick);
    return edge == NEVER || edge >= pendingAt || out(edge) ? edge : nextEdge(edge);
  }

  /** Mode 3: an odd count is high one tick longer than low. */
  private static int highTicks(int count) {
    return (count + 1) / 2;
  }

  private int modulus() {
    return bcd ? 10_000 : 0x10000;
  }

  private static int fromBcd(int raw) {
    return (raw >> 12) * 1000 + (raw >> 8 & 15) * 100 + (raw >> 4 & 15) * 10 + (raw & 15);
  }

  private static int toBcd(int value) {
    return value / 1000 % 10 << 12 | value / 100 % 10 << 8 | value / 10 % 10 << 4 | value % 10;
  }
}
