package dev.ringside.vmm.device;

import org.jspecify.annotations.Nullable;

/**
 * The Intel 8254 interval timer of a PC (datasheet 231164-005) at ports 0x40 to 0x43, with system
 * control port B at 0x61 (82371SB datasheet, 2.5.5): counter 0 drives IRQ 0, counter 1 is the old
 * refresh timer, counter 2 the speaker, with its gate and output at port 0x61. Counts are exact
 * functions of guest time.
 */
final class Pit8254 implements PortDevice {
  /** The PC's timer clock: 14.31818 MHz / 12. */
  static final ClockRate CLOCK = new ClockRate(1_193_182);

  /**
   * Late alarms replay that many edges at most; beyond, the guest has lost interrupts as on
   * hardware.
   */
  private static final int REPLAYED_EDGES = 4;

  private static final int REFRESH_TOGGLE = 0x10;
  private static final int SPEAKER_OUT = 0x20;

  /** Half the period of the refresh request, 15.085 µs, in timer ticks. */
  private static final int REFRESH_TICKS = 18;

  private final Timeline timeline;
  private final InterruptLine irq0;
  private final PitCounter[] counters = {
    new PitCounter(true), new PitCounter(true), new PitCounter(false)
  };
  private Timeline.@Nullable Alarm alarm;
  private long lastTick;
  private boolean speakerData;

  Pit8254(Timeline timeline, InterruptLine irq0) {
    this.timeline = timeline;
    this.irq0 = irq0;
  }

  private long tick() {
    return CLOCK.ticksAt(timeline.now());
  }

  @Override
  public long readPort(int offset, int size) {
    return offset == 3 ? 0xff : counters[offset].read(tick());
  }

  @Override
  public void writePort(int offset, int size, long wide) {
    int value = (int) wide & 0xff;
    long tick = tick();
    catchUp(tick);
    if (offset < 3) {
      counters[offset].write(value, tick);
    } else if (value >> 6 == 3) {
      readBack(value, tick);
    } else if ((value & 0x30) == 0) {
      counters[value >> 6].latchCount(tick);
    } else {
      counters[value >> 6].control(value, tick);
    }
    drive(tick);
  }

  /** The read-back command: inverted latch bits 5 (count) and 4 (status), counters in bits 3:1. */
  private void readBack(int value, long tick) {
    for (int i = 0; i < counters.length; i++) {
      if ((value & 2 << i) != 0) {
        if ((value & 0x20) == 0) {
          counters[i].latchCount(tick);
        }
        if ((value & 0x10) == 0) {
          counters[i].latchStatus(tick);
        }
      }
    }
  }

  /** Port 0x61. Bits 7 and 6 (parity and channel-check errors) are 0. */
  PortDevice controlPortB() {
    return new PortDevice() {
      @Override
      public long readPort(int offset, int size) {
        long tick = tick();
        return (counters[2].gate() ? 1 : 0)
            | (speakerData ? 2 : 0)
            | (tick / REFRESH_TICKS % 2 != 0 ? REFRESH_TOGGLE : 0)
            | (counters[2].out(tick) ? SPEAKER_OUT : 0);
      }

      @Override
      public void writePort(int offset, int size, long value) {
        speakerData = (value & 2) != 0;
        counters[2].gate((value & 1) != 0, tick());
      }
    };
  }

  /**
   * Shows the interrupt controllers the edges since the last look, so that none is lost when an
   * alarm runs late.
   */
  private void catchUp(long tick) {
    long edge = counters[0].nextEdge(lastTick);
    for (int i = 0; i < REPLAYED_EDGES && edge <= tick; i++) {
      irq0.set(counters[0].out(edge));
      edge = counters[0].nextEdge(edge);
    }
    lastTick = tick;
  }

  /**
   * An alarm stands at each rise alone: the falls between two are shown when the next rise comes.
   */
  private void drive(long tick) {
    irq0.set(counters[0].out(tick));
    Timeline.Alarm old = alarm;
    if (old != null) {
      old.cancel();
    }
    long edge = counters[0].nextRise(tick);
    alarm =
        edge == PitCounter.NEVER
            ? null
            : timeline.schedule(
                CLOCK.timeOf(edge),
                () -> {
                  long now = tick();
                  catchUp(now);
                  drive(now);
                });
  }
}
