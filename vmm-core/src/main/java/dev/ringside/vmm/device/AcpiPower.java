package dev.ringside.vmm.device;

import org.jspecify.annotations.Nullable;

/**
 * ACPI fixed hardware (ACPI 6.5, 4.8.3 and 4.8.4): PM1a event block at 0x600, PM1a control at
 * 0x604, PM timer at 0x608. Sleep type 0 is S5, soft off, as the DSDT's {@code \_S5} says and as
 * QEMU's machine has it: writing 0x2000 (SLP_EN) to port 0x604 turns the power off. The timer has
 * 32 bits.
 */
final class AcpiPower implements PortDevice {
  /** The first port of the block. */
  static final int BASE = 0x600;

  static final int CONTROL = BASE + 4;
  static final int TIMER = BASE + 8;

  /** Ports in the block. */
  static final int LENGTH = 12;

  /** The level-triggered interrupt of ACPI events. */
  static final int SCI = 9;

  private static final ClockRate TIMER_CLOCK = new ClockRate(3_579_545);

  private static final int TIMER_STATUS = 1;
  private static final int STATUS_BITS = 0x8721;
  private static final int ENABLE_BITS = 0x0721;
  private static final int SCI_ENABLE = 1;
  private static final int SLEEP_TYPE = 7 << 10;
  private static final int SLEEP_ENABLE = 1 << 13;

  private final Timeline timeline;
  private final InterruptLine sci;
  private final BoardEvents events;
  private int status;
  private int enable;
  private int control = SCI_ENABLE;

  /** Ticks of the timer up to which its overflow (a change of bit 31) has been noted. */
  private long noted;

  private Timeline.@Nullable Alarm overflow;

  AcpiPower(Timeline timeline, InterruptLine sci, BoardEvents events) {
    this.timeline = timeline;
    this.sci = sci;
    this.events = events;
  }

  private long ticks() {
    return TIMER_CLOCK.ticksAt(timeline.now());
  }

  @Override
  public long readPort(int offset, int size) {
    noteOverflow();
    long block =
        offset < 8
            ? (status | (long) enable << 16 | (long) control << 32) >>> (8 * offset)
            : (ticks() & 0xffff_ffffL) >>> (8 * (offset - 8));
    return size == 4 ? block & 0xffff_ffffL : block & ((1L << 8 * size) - 1);
  }

  @Override
  public void writePort(int offset, int size, long value) {
    noteOverflow();
    for (int i = 0; i < size; i++) {
      writeByte(offset + i, (int) (value >> 8 * i) & 0xff);
    }
    update();
    if (offset <= 5 && offset + size > 5 && (control & SLEEP_ENABLE) != 0) {
      control &= ~SLEEP_ENABLE;
      if ((control & SLEEP_TYPE) == 0) {
        events.powerOff();
      }
    }
  }

  private void writeByte(int offset, int value) {
    int shift = 8 * (offset & 1);
    int bits = value << shift;
    int kept = ~(0xff << shift);
    switch (offset) {
      case 0, 1 -> status &= ~bits;
      case 2, 3 -> enable = (enable & kept | bits) & ENABLE_BITS;
      case 4, 5 -> control = (control & kept | bits) & (SLEEP_TYPE | SLEEP_ENABLE) | SCI_ENABLE;
      default -> {
        // 6, 7 do not exist; the timer is read-only.
      }
    }
  }

  private void noteOverflow() {
    long now = ticks();
    if (now >>> 31 != noted >>> 31) {
      status |= TIMER_STATUS;
    }
    noted = now;
  }

  private void update() {
    sci.set((status & enable & STATUS_BITS) != 0);
    Timeline.Alarm old = overflow;
    if (old != null) {
      old.cancel();
      overflow = null;
    }
    if ((enable & TIMER_STATUS) != 0) {
      long next = (ticks() >>> 31) + 1;
      overflow =
          timeline.schedule(
              TIMER_CLOCK.timeOf(next << 31),
              () -> {
                noteOverflow();
                update();
              });
    }
  }
}
