package dev.ringside.vmm.device;

/**
 * How an APIC message is to be taken, in the order of its encoding (SDM vol. 3A, 11.5.1 and
 * 11.6.1).
 */
enum DeliveryMode {
  FIXED,
  LOWEST_PRIORITY,
  SMI,
  RESERVED,
  NMI,
  INIT,
  STARTUP,
  EXTINT;

  private static final DeliveryMode[] VALUES = values();

  /** From bits 10:8 of a vector table entry, redirection entry or ICR. */
  static DeliveryMode of(long register) {
    return VALUES[(int) (register >> 8) & 7];
  }
}
