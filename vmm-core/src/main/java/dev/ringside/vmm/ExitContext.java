package dev.ringside.vmm;

/**
 * What every VM exit says of the instruction that caused it.
 *
 * @param rip offset of the exiting instruction (for event exits: of the next instruction)
 * @param linearRip its linear address
 * @param cpl ring it ran in, 0 to 3
 * @param instructionLength its length in bytes, 0 where the exit is not due to an instruction
 * @param qualification the exit qualification as the SDM encodes it (vol. 3C, 28.2.1)
 * @param ripIsExact false where the processor could only tell the next instruction's RIP and it was
 *     taken as RIP − 1
 */
public record ExitContext(
    long rip,
    long linearRip,
    int cpl,
    int instructionLength,
    long qualification,
    boolean ripIsExact) {}
