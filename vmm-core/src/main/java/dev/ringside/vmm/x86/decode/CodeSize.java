package dev.ringside.vmm.x86.decode;

/**
 * How code is to be read: the D and L bits of the code segment (Intel SDM volume 3, section 3.4.5).
 * Real and virtual-8086 mode are {@link #BITS16}.
 */
public enum CodeSize {
  /** CS.D = 0, CS.L = 0: real mode, virtual-8086 mode, 16-bit protected mode. */
  BITS16,
  /** CS.D = 1, CS.L = 0: 32-bit protected mode, compatibility mode. */
  BITS32,
  /** CS.L = 1: 64-bit mode. */
  BITS64
}
