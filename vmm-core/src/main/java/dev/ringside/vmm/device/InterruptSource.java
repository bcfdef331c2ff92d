package dev.ringside.vmm.device;

/** What the board offers one vCPU: the local APIC with the PICs behind it. */
public interface InterruptSource {
  /** Whether an external interrupt waits that the vCPU should take when it can. */
  boolean hasInterrupt();

  /**
   * The interrupt acknowledge cycle: takes the vector to deliver; call only when {@link
   * #hasInterrupt}.
   */
  int acknowledge();

  /** Whether an NMI waits; asking takes it. */
  boolean takeNmi();
}
