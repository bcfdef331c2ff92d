package dev.ringside.vmm;

import dev.ringside.vmm.control.StopCause;

/**
 * Why {@link Vcpu#run} came back. Only {@link Exited} is a VM exit: only it is hooked and profiled.
 */
public sealed interface RunResult {
  /** A VM exit, for the monitor to handle. */
  record Exited(VmExit exit) implements RunResult {}

  /** A breakpoint, watchpoint or debugger's request, for the debugger. Guest time has not moved. */
  record Stopped(StopCause cause) implements RunResult {}

  /** The instruction limit came. */
  record LimitReached() implements RunResult {}

  /** Another thread called {@link Vcpu#kick}. */
  record Kicked() implements RunResult {}

  /**
   * The vCPU cannot go on; the message says why, with bytes and disassembly where an instruction is
   * to blame.
   */
  record Failed(String message) implements RunResult {}
}
