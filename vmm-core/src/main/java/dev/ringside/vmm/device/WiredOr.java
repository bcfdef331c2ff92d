package dev.ringside.vmm.device;

/** Several sources on one interrupt wire: it is high while any of them is. At most 31 sources. */
final class WiredOr {
  private final InterruptLine output;
  private int sources;
  private int high;

  WiredOr(InterruptLine output) {
    this.output = output;
  }

  /** One more source for the wire. */
  InterruptLine input() {
    int mask = 1 << sources++;
    return level -> {
      high = level ? high | mask : high & ~mask;
      output.set(high != 0);
    };
  }
}
