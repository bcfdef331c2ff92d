package dev.ringside.vmm;

/**
 * How far a vCPU may run.
 *
 * @param instructions the instruction count ({@link Vcpu#instructions()}) at which to stop; {@link
 *     Long#MAX_VALUE} for none
 * @param deadline whether reaching it is a device deadline, which exits as {@code
 *     EXTERNAL_INTERRUPT}, rather than a step or a slice, which gives {@link
 *     RunResult.LimitReached}
 * @param ignoreBreakpointHere whether a breakpoint on the very first instruction is passed over:
 *     what resuming from it wants
 */
public record RunLimit(long instructions, boolean deadline, boolean ignoreBreakpointHere) {
  /** No limit. */
  public static final RunLimit NONE = new RunLimit(Long.MAX_VALUE, false, false);
}
