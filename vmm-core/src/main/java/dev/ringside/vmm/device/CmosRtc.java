package dev.ringside.vmm.device;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The real-time clock of a PC: Motorola MC146818A (datasheet of 1984) with 128 bytes of
 * battery-backed memory behind ports 0x70 and 0x71. It starts at a configured time and goes on with
 * guest time; its interrupt is IRQ 8. The top bit of port 0x70 masks NMIs.
 */
final class CmosRtc implements PortDevice {
  private static final ClockRate CRYSTAL = new ClockRate(32_768);
  private static final long SECOND = 1_000_000_000L;

  /** The update cycle of 1984 µs and the 244 µs of warning before it. */
  private static final long UPDATE_IN_PROGRESS = 2_228_000;

  private static final int SECONDS_ALARM = 1;
  private static final int MINUTES_ALARM = 3;
  private static final int HOURS_ALARM = 5;
  private static final int YEAR = 9;
  private static final int A = 10;
  private static final int B = 11;
  private static final int C = 12;
  private static final int D = 13;
  private static final int CENTURY = 0x32;

  private static final int UIP = 0x80;
  private static final int VALID_RAM = 0x80;
  private static final int SET = 0x80;
  private static final int PERIODIC = 0x40;
  private static final int ALARM = 0x20;
  private static final int UPDATE = 0x10;
  private static final int BINARY = 4;
  private static final int HOURS_24 = 2;
  private static final int INTERRUPT = 0x80;
  private static final int SOURCES = PERIODIC | ALARM | UPDATE;

  private final Timeline timeline;
  private final InterruptLine irq8;
  private final byte[] memory = new byte[128];
  private int index;
  private boolean nmiMasked;

  /** Nanoseconds to add to guest time to get the clock's time since 1970. */
  private long offset;

  private int flags;

  /** Guest time up to which {@link #flags} is complete. */
  private long noted;

  private Timeline.@Nullable Alarm alarm;

  CmosRtc(Timeline timeline, InterruptLine irq8, long epochSeconds) {
    this.timeline = timeline;
    this.irq8 = irq8;
    this.offset = epochSeconds * SECOND - timeline.now();
    this.noted = timeline.now();
    memory[A] = 0x26;
    memory[B] = HOURS_24;
  }

  /** Sets a byte of the battery-backed memory, as a BIOS does. */
  void store(int address, int value) {
    memory[address] = (byte) value;
  }

  /** Whether the guest has switched NMIs off at port 0x70. */
  boolean masksNmi() {
    return nmiMasked;
  }

  @Override
  public long readPort(int port, int size) {
    if (port == 0) {
      return 0xff;
    }
    note();
    int value =
        switch (index) {
          case A -> memory[A] & 0x7f | (isUpdating() ? UIP : 0);
          case C -> {
            int read = flags | ((flags & enabled()) != 0 ? INTERRUPT : 0);
            flags = 0;
            yield read;
          }
          case D -> VALID_RAM;
          case SECONDS_ALARM, MINUTES_ALARM, HOURS_ALARM -> memory[index] & 0xff;
          default -> isTime(index) && !isSet() ? timeField(index, date()) : memory[index] & 0xff;
        };
    update();
    return value;
  }

  @Override
  public void writePort(int port, int size, long wide) {
    int value = (int) wide & 0xff;
    if (port == 0) {
      index = value & 0x7f;
      nmiMasked = (value & 0x80) != 0;
      return;
    }
    note();
    switch (index) {
      case A -> memory[A] = (byte) (value & 0x7f);
      case B -> writeB(value);
      case C, D -> {
        // Read-only.
      }
      default -> {
        if (isTime(index) && !isSet()) {
          writeTime(index, value);
        } else {
          memory[index] = (byte) value;
        }
      }
    }
    update();
  }

  private void writeB(int value) {
    boolean stops = (value & SET) != 0;
    boolean stopped = isSet();
    // Setting SET clears the update interrupt's enable bit.
    memory[B] = (byte) (stops ? value & ~UPDATE : value);
    if (stops && !stopped) {
      LocalDateTime shown = date();
      for (int i = 0; i < memory.length; i++) {
        if (isTime(i)) {
          memory[i] = (byte) timeField(i, shown);
        }
      }
    } else if (!stops && stopped) {
      LocalDateTime set =
          LocalDateTime.of(
                  decode(memory[CENTURY]) * 100 + decode(memory[YEAR]) % 100,
                  Math.clamp(decode(memory[8]), 1, 12),
                  1,
                  decodeHour(memory[4]) % 24,
                  decode(memory[2]) % 60,
                  decode(memory[0]) % 60)
              .plusDays(Math.max(decode(memory[7]), 1) - 1L);
      offset = set.toEpochSecond(ZoneOffset.UTC) * SECOND - timeline.now();
    }
  }

  private boolean isSet() {
    return (memory[B] & SET) != 0;
  }

  private int enabled() {
    return memory[B] & SOURCES;
  }

  /** Nanoseconds since 1970, while the clock goes. */
  private long clock() {
    return timeline.now() + offset;
  }

  private boolean isUpdating() {
    return !isSet() && Math.floorMod(clock(), SECOND) >= SECOND - UPDATE_IN_PROGRESS;
  }

  private static boolean isTime(int register) {
    return register <= YEAR && (register >= 6 || (register & 1) == 0) || register == CENTURY;
  }

  private LocalDateTime date() {
    return LocalDateTime.ofEpochSecond(Math.floorDiv(clock(), SECOND), 0, ZoneOffset.UTC);
  }

  private int timeField(int register, LocalDateTime t) {
    return switch (register) {
      case 0 -> encode(t.getSecond());
      case 2 -> encode(t.getMinute());
      case 4 -> encodeHour(t.getHour());
      case 6 -> encode(t.getDayOfWeek().getValue() % DayOfWeek.values().length + 1);
      case 7 -> encode(t.getDayOfMonth());
      case 8 -> encode(t.getMonthValue());
      case YEAR -> encode(t.getYear() % 100);
      default -> encode(t.getYear() / 100);
    };
  }

  private void writeTime(int register, int raw) {
    LocalDateTime t = date();
    int value = decode(raw);
    LocalDateTime changed =
        switch (register) {
          case 0 -> t.withSecond(value % 60);
          case 2 -> t.withMinute(value % 60);
          case 4 -> t.withHour(decodeHour(raw) % 24);
          case 6 -> t; // The day of the week follows from the date.
          case 7 -> t.withDayOfMonth(1).plusDays(Math.max(value, 1) - 1L);
          case 8 -> t.withMonth(Math.clamp(value, 1, 12));
          case YEAR -> t.withYear(t.getYear() / 100 * 100 + value % 100);
          default -> t.withYear(value * 100 + t.getYear() % 100);
        };
    long by = changed.toEpochSecond(ZoneOffset.UTC) - t.toEpochSecond(ZoneOffset.UTC);
    offset += by * SECOND;
  }

  private int encode(int value) {
    return (memory[B] & BINARY) != 0 ? value : value / 10 << 4 | value % 10;
  }

  private int decode(int register) {
    int raw = register & 0xff;
    return (memory[B] & BINARY) != 0 ? raw : (raw >> 4) * 10 + (raw & 15);
  }

  /** In 12-hour mode the top bit says afternoon. */
  private int encodeHour(int hour) {
    if ((memory[B] & HOURS_24) != 0) {
      return encode(hour);
    }
    return encode((hour + 11) % 12 + 1) | (hour >= 12 ? 0x80 : 0);
  }

  private int decodeHour(int raw) {
    if ((memory[B] & HOURS_24) != 0) {
      return decode(raw);
    }
    return decode(raw & 0x7f) % 12 + ((raw & 0x80) != 0 ? 12 : 0);
  }

  // ---- Interrupts ----

  /** Crystal ticks a periodic interrupt, 0 for none (table 5). */
  private long periodTicks() {
    int rate = memory[A] & 0xf;
    if (rate == 0) {
      return 0;
    }
    return 1L << (rate < 3 ? rate + 6 : rate - 1);
  }

  /** Sets the flags of everything that has happened since the last look. */
  private void note() {
    long now = timeline.now();
    long period = periodTicks();
    if (period != 0 && CRYSTAL.ticksAt(now) / period != CRYSTAL.ticksAt(noted) / period) {
      flags |= PERIODIC;
    }
    if (!isSet()) {
      long first = Math.floorDiv(noted + offset, SECOND) + 1;
      long last = Math.floorDiv(now + offset, SECOND);
      if (first <= last) {
        flags |= UPDATE;
      }
      long oldest = Math.max(first, last - 86_400);
      for (long second = last; second >= oldest && (flags & ALARM) == 0; second--) {
        if (matchesAlarm(second)) {
          flags |= ALARM;
        }
      }
    }
    noted = now;
  }

  private boolean matchesAlarm(long second) {
    LocalDateTime t = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    return matches(SECONDS_ALARM, encode(t.getSecond()))
        && matches(MINUTES_ALARM, encode(t.getMinute()))
        && matches(HOURS_ALARM, encodeHour(t.getHour()));
  }

  /** An alarm byte of 0xC0 to 0xFF matches anything. */
  private boolean matches(int register, int encoded) {
    int wanted = memory[register] & 0xff;
    return wanted >= 0xc0 || wanted == encoded;
  }

  private void update() {
    irq8.set((flags & enabled()) != 0);
    Timeline.Alarm old = alarm;
    if (old != null) {
      old.cancel();
      alarm = null;
    }
    long next = nextEvent();
    if (next != Long.MAX_VALUE) {
      alarm =
          timeline.schedule(
              next,
              () -> {
                note();
                update();
              });
    }
  }

  /** When an enabled interrupt's flag, not set yet, may be set next. */
  private long nextEvent() {
    int awaited = enabled() & ~flags;
    long now = timeline.now();
    long next = Long.MAX_VALUE;
    long period = periodTicks();
    if ((awaited & PERIODIC) != 0 && period != 0) {
      next = CRYSTAL.timeOf((CRYSTAL.ticksAt(now) / period + 1) * period);
    }
    if ((awaited & (ALARM | UPDATE)) != 0 && !isSet()) {
      next = Math.min(next, now + SECOND - Math.floorMod(now + offset, SECOND));
    }
    return next;
  }
}
