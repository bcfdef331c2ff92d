package dev.ringside.vmm.vmx;

import java.util.Optional;

/**
 * An event as the VM-entry interruption-information, VM-exit interruption-information and
 * IDT-vectoring information fields describe it (SDM tables 27-18, 27-20, 27-21).
 *
 * @param vector 0 to 255
 * @param type what kind of event
 * @param errorCode whether an error code goes with it, in a field of its own
 * @param nmiUnblocking bit 12: an IRET had unblocked NMIs (VM-exit interruption information only)
 * @param nested bit 13: an exception met while FRED delivered another event
 */
public record InterruptionInformation(
    int vector, EventType type, boolean errorCode, boolean nmiUnblocking, boolean nested) {

  /** Bit 31: the field describes an event at all. */
  public static final long VALID = 1L << 31;

  private static final int ERROR_CODE = 1 << 11;
  private static final int NMI_UNBLOCKING = 1 << 12;
  private static final int NESTED = 1 << 13;

  /** Checks the range of the vector. */
  public InterruptionInformation {
    if (vector < 0 || vector > 255) {
      throw new IllegalArgumentException("a vector is from 0 to 255, not " + vector);
    }
  }

  /** An event without the two rare bits. */
  public InterruptionInformation(int vector, EventType type, boolean errorCode) {
    this(vector, type, errorCode, false, false);
  }

  /** The value of the field, with the valid bit. */
  public long encode() {
    return encode(vector, type, errorCode)
        | (nmiUnblocking ? NMI_UNBLOCKING : 0)
        | (nested ? NESTED : 0);
  }

  /** The value of the field for an event, with the valid bit, without making a record of it. */
  public static long encode(int vector, EventType type, boolean errorCode) {
    return VALID | type.number() << 8 | vector | (errorCode ? ERROR_CODE : 0);
  }

  /** The event in a field; empty where the field is not valid or its type is reserved. */
  public static Optional<InterruptionInformation> decode(long field) {
    if ((field & VALID) == 0) {
      return Optional.empty();
    }
    return EventType.numbered((int) field >> 8 & 7)
        .map(
            type ->
                new InterruptionInformation(
                    (int) field & 0xFF,
                    type,
                    (field & ERROR_CODE) != 0,
                    (field & NMI_UNBLOCKING) != 0,
                    (field & NESTED) != 0));
  }
}
