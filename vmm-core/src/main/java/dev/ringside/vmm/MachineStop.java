package dev.ringside.vmm;

import dev.ringside.vmm.control.StopCause;

/** Why the whole machine stands still, for a debugger. */
public sealed interface MachineStop {
  /** The vCPU that stopped it, from 0. */
  int vcpu();

  /** The machine has not run yet. */
  record AtEntry(int vcpu) implements MachineStop {}

  /** Somebody called {@link VirtualMachine#pause}. */
  record Paused(int vcpu) implements MachineStop {}

  /** A step is done. */
  record Stepped(int vcpu) implements MachineStop {}

  /** A breakpoint, a watchpoint, or a hook's request. */
  record Trapped(int vcpu, StopCause cause) implements MachineStop {}
}
