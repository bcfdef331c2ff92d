package dev.ringside.vmm;

/**
 * An event that the processor delivers through the guest's IDT, before its handler's first
 * instruction.
 *
 * @param rip linear address of the instruction it interrupted
 * @param faultAddress CR2 for a page fault, else 0
 */
public record EventDelivery(
    int vcpu,
    Kind kind,
    int vector,
    boolean hasErrorCode,
    int errorCode,
    long faultAddress,
    long rip,
    int cpl) {
  /** Where the event came from. */
  public enum Kind {
    EXCEPTION,
    EXTERNAL_INTERRUPT,
    NMI,
    SOFTWARE_INTERRUPT
  }
}
