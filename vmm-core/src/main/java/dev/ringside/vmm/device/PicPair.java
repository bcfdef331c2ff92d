package dev.ringside.vmm.device;

/**
 * The two 8259As of an AT: the slave hangs on the master's input 2; ELCR at 0x4D0 (82371SB
 * datasheet, 2.5.7).
 */
final class PicPair implements PortDevice {
  private static final int CASCADE = 2;

  /** Inputs 0, 1, 2 (and 8, 13 on the slave) are always edge-triggered. */
  private static final int MASTER_LEVEL_CAPABLE = 0xf8;

  private static final int SLAVE_LEVEL_CAPABLE = 0xde;

  private final Pic8259 master;
  private final Pic8259 slave;

  /** {@code output} is INTR, the wire to the processor. */
  PicPair(InterruptLine output) {
    master = new Pic8259(output, 1 << CASCADE);
    slave = new Pic8259(high -> master.input(CASCADE, high), 0);
  }

  Pic8259 master() {
    return master;
  }

  Pic8259 slave() {
    return slave;
  }

  /** Drives IRQ 0 to 15; IRQ 2 is the cascade and has no pin. */
  void irq(int number, boolean high) {
    if (number >= 8) {
      slave.input(number - 8, high);
    } else if (number != CASCADE) {
      master.input(number, high);
    }
  }

  boolean requests() {
    return master.requests();
  }

  /** The interrupt acknowledge cycle: the vector, spurious ones included. */
  int acknowledge() {
    int pin = master.acknowledge();
    if (pin == CASCADE) {
      return slave.vector(slave.acknowledge());
    }
    return master.vector(pin);
  }

  /** ELCR, two bytes. */
  @Override
  public long readPort(int offset, int size) {
    return offset == 0 ? master.edgeLevel() : slave.edgeLevel();
  }

  @Override
  public void writePort(int offset, int size, long value) {
    if (offset == 0) {
      master.edgeLevel((int) value & MASTER_LEVEL_CAPABLE);
    } else {
      slave.edgeLevel((int) value & SLAVE_LEVEL_CAPABLE);
    }
  }
}
