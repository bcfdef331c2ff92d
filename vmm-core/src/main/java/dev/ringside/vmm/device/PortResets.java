package dev.ringside.vmm.device;

/**
 * The two other ports that reset a PC: the reset control register at 0xCF9 (82371SB datasheet,
 * 2.5.13), which shares its place with the PCI address register, and system control port A at 0x92.
 * There is no PCI bus: its configuration ports read as ones and take nothing.
 */
final class PortResets implements PortDevice {
  /** The PCI address register. */
  static final int BASE = 0xcf8;

  private static final int CONTROL = 1;
  private static final int SYSTEM_RESET = 2;
  private static final int RESET_CPU = 4;
  private static final int FAST_RESET = 1;
  private static final int A20 = 2;

  private final BoardEvents events;
  private int control;
  private int portA = A20;

  PortResets(BoardEvents events) {
    this.events = events;
  }

  @Override
  public long readPort(int offset, int size) {
    return offset == CONTROL && size == 1 ? control : -1L;
  }

  @Override
  public void writePort(int offset, int size, long value) {
    if (offset != CONTROL || size != 1) {
      return;
    }
    boolean resets = (value & ~control & RESET_CPU) != 0;
    control = (int) value & (SYSTEM_RESET | RESET_CPU);
    if (resets) {
      events.reset("port 0xcf9");
    }
  }

  /** Port 0x92. */
  PortDevice controlPortA() {
    return new PortDevice() {
      @Override
      public long readPort(int offset, int size) {
        return portA;
      }

      @Override
      public void writePort(int offset, int size, long value) {
        boolean resets = (value & ~portA & FAST_RESET) != 0;
        portA = (int) value & (FAST_RESET | A20);
        if (resets) {
          events.reset("port 0x92");
        }
      }
    };
  }
}
