package dev.ringside.vmm.device;

import java.util.Arrays;

/**
 * The I/O APIC (Intel 82093AA datasheet 290566, chapter 3): 24 pins, each with a redirection entry,
 * behind an index and a data register at 0xFEC00000.
 */
final class IoApic implements MemoryDevice {
  static final long ADDRESS = 0xFEC0_0000L;
  static final long LENGTH = 0x1000;
  static final int PINS = 24;

  private static final int SELECT = 0x00;
  private static final int WINDOW = 0x10;

  private static final int ID = 0;
  private static final int VERSION = 1;
  private static final int ARBITRATION = 2;
  private static final int REDIRECTION = 0x10;

  /** Version 0x11, last entry 23. */
  private static final int VERSION_VALUE = 0x0017_0011;

  private static final long MASKED = 1 << 16;
  private static final long LEVEL = 1 << 15;
  private static final long REMOTE_IRR = 1 << 14;
  private static final long LOGICAL = 1 << 11;

  /** All but delivery status (12) and remote IRR (14), which are read-only. */
  private static final long WRITABLE = 0xff00_0000_0001_afffL;

  private final ApicBus bus;
  private final long[] entries = new long[PINS];
  private int pins;
  private int select;
  private int id;

  IoApic(ApicBus bus) {
    this.bus = bus;
    Arrays.fill(entries, MASKED);
  }

  /**
   * Drives a pin; {@code asserted} whatever its polarity. Edges on a masked pin are lost (3.2.4).
   */
  void pin(int number, boolean asserted) {
    boolean was = (pins & 1 << number) != 0;
    pins = asserted ? pins | 1 << number : pins & ~(1 << number);
    if (!asserted || (entries[number] & MASKED) != 0) {
      return;
    }
    if ((entries[number] & LEVEL) != 0 || !was) {
      deliver(number);
    }
  }

  private void deliver(int number) {
    long entry = entries[number];
    boolean level = (entry & LEVEL) != 0;
    if (level) {
      if ((entry & REMOTE_IRR) != 0) {
        return;
      }
      entries[number] |= REMOTE_IRR;
    }
    bus.send(
        (int) (entry >>> 56),
        (entry & LOGICAL) != 0,
        DeliveryMode.of(entry),
        (int) entry & 0xff,
        level);
  }

  /**
   * A local APIC has ended the level-triggered interrupt with that vector: pins still asserted ask
   * again.
   */
  void endOfInterrupt(int vector) {
    for (int i = 0; i < PINS; i++) {
      if ((entries[i] & 0xff) == vector && (entries[i] & REMOTE_IRR) != 0) {
        entries[i] &= ~REMOTE_IRR;
        retry(i);
      }
    }
  }

  private void retry(int number) {
    boolean asserted = (pins & 1 << number) != 0;
    if (asserted && (entries[number] & (MASKED | LEVEL)) == LEVEL) {
      deliver(number);
    }
  }

  @Override
  public long readMemory(long offset, int size) {
    return switch ((int) offset) {
      case SELECT -> select;
      case WINDOW -> readRegister() & 0xffff_ffffL;
      default -> 0;
    };
  }

  @Override
  public void writeMemory(long offset, int size, long value) {
    switch ((int) offset) {
      case SELECT -> select = (int) value & 0xff;
      case WINDOW -> writeRegister((int) value);
      default -> {
        // Nothing else is decoded.
      }
    }
  }

  private int readRegister() {
    return switch (select) {
      case ID, ARBITRATION -> id << 24;
      case VERSION -> VERSION_VALUE;
      default -> {
        int index = select - REDIRECTION;
        if (index < 0 || index >= 2 * PINS) {
          yield 0;
        }
        yield (int) (entries[index >> 1] >>> 32 * (index & 1));
      }
    };
  }

  private void writeRegister(int value) {
    int index = select - REDIRECTION;
    if (select == ID) {
      id = value >>> 24 & 0xf;
    } else if (index >= 0 && index < 2 * PINS) {
      int number = index >> 1;
      int shift = 32 * (index & 1);
      long half = 0xffff_ffffL << shift;
      long old = entries[number];
      long merged = old & ~half | (value & 0xffff_ffffL) << shift;
      long readOnly = old & ((merged & LEVEL) != 0 ? REMOTE_IRR : 0);
      entries[number] = merged & WRITABLE | readOnly;
      retry(number);
    }
  }
}
