package dev.ringside.vmm.control;

/**
 * Stops before the instruction at a linear address, in any address space.
 *
 * @param id the debugger's own number, told in {@link StopCause.AtBreakpoint}
 */
public record ExecutionBreakpoint(int id, long linearAddress, Condition condition) {}
