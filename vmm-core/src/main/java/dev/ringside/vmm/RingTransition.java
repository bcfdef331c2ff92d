package dev.ringside.vmm;

/**
 * A change of CPL.
 *
 * @param from ring left, 0 to 3
 * @param to ring entered
 * @param vector the vector of an exception, interrupt or INT n; -1 for the other mechanisms
 * @param fromRip linear address of the instruction that left (for an event, the one it interrupted)
 * @param toRip linear address of the first instruction in the new ring
 * @param instructions the vCPU's instruction count, -1 where it has none
 */
public record RingTransition(
    int vcpu,
    int from,
    int to,
    Mechanism mechanism,
    int vector,
    long fromRip,
    long toRip,
    long instructions) {
  /** How the ring changed. */
  public enum Mechanism {
    SYSCALL,
    SYSRET,
    SYSENTER,
    SYSEXIT,
    INT,
    EXCEPTION,
    INTERRUPT,
    IRET,
    FAR_CALL,
    FAR_RETURN,
    TASK_SWITCH
  }
}
