package dev.ringside.vmm.vmx;

import java.util.Optional;

/**
 * The type of an event in the interruption-information and IDT-vectoring fields (SDM tables 27-18,
 * 27-20, 27-21).
 */
public enum EventType {
  /** An external interrupt. */
  EXTERNAL_INTERRUPT(0, "external interrupt"),
  /** A non-maskable interrupt. */
  NMI(2, "NMI"),
  /** An exception other than those of INT1, INT3 and INTO. */
  HARDWARE_EXCEPTION(3, "hardware exception"),
  /** INT n. */
  SOFTWARE_INTERRUPT(4, "software interrupt"),
  /** INT1. */
  PRIVILEGED_SOFTWARE_EXCEPTION(5, "privileged software exception"),
  /** INT3 or INTO. */
  SOFTWARE_EXCEPTION(6, "software exception"),
  /** An event that is not delivered through the IDT, such as a pending MTF VM exit. */
  OTHER_EVENT(7, "other event");

  private final int number;
  private final String sdmName;

  EventType(int number, String sdmName) {
    this.number = number;
    this.sdmName = sdmName;
  }

  /** The value of bits 10:8. */
  public int number() {
    return number;
  }

  /** The SDM's name. */
  public String sdmName() {
    return sdmName;
  }

  /** Whether delivery pushes an RIP that the instruction length advances. */
  public boolean isSoftware() {
    return this == SOFTWARE_INTERRUPT
        || this == PRIVILEGED_SOFTWARE_EXCEPTION
        || this == SOFTWARE_EXCEPTION;
  }

  /** The type of this number; empty for 1, which is reserved. */
  public static Optional<EventType> numbered(int number) {
    for (EventType type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
