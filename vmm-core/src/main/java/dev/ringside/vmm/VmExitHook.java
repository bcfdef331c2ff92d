package dev.ringside.vmm;

/**
 * Sees VM exits. Called on the vCPU's thread, where it may read and write the vCPU's state; it must
 * not block. A hook that throws ends the machine with the exception's message.
 */
public interface VmExitHook {
  /** A VM exit, before it is handled: RIP is at the exiting instruction. */
  HookAction exit(Vcpu vcpu, VmExit exit);

  /**
   * The exit has been handled and the next VM entry follows.
   *
   * @param hostNanos time from exit to now on the host's monotonic clock, debugger stops and idle
   *     sleep excluded
   * @param idleNanos how long the vCPU slept in HLT meanwhile
   */
  default void entry(Vcpu vcpu, VmExit exit, long hostNanos, long idleNanos) {}
}
