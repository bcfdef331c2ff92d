package dev.ringside.vmm.x86;

/**
 * GDTR or IDTR.
 *
 * @param base linear address
 * @param limit offset of the last valid byte, 0 to 0xffff
 */
public record DescriptorTable(long base, int limit) {}
