package dev.ringside.debug;

/**
 * Where the guest can be made to go on.
 *
 * @param address linear address of an instruction
 * @param line the source line that it belongs to
 */
public record JumpTarget(long address, int line) {}
