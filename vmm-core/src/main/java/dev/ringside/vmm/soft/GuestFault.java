package dev.ringside.vmm.soft;

/**
 * An exception of the guest's, on its way from the place that found it to delivery. One instance a
 * processor, filled in anew each time: throwing it allocates nothing and walks no stack.
 */
final class GuestFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  int vector;
  boolean hasErrorCode;
  int errorCode;

  /** For #PF: goes to CR2 at delivery. */
  long faultAddress;

  /**
   * A non-canonical address: #SS rather than #GP if the operand's segment is SS (SDM vol. 1,
   * 3.3.7.1).
   */
  boolean nonCanonical;

  GuestFault() {
    super(null, null, false, false);
  }
}
