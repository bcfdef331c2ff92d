package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.CodeSize;

/**
 * What decoding and binding depend on beside the bytes. Blocks are keyed by {@link #key}.
 *
 * @param size default operand and address size
 * @param stackBits 16, 32 or 64: the width of the stack pointer
 * @param flat whether ES, CS, SS and DS have base 0 and cover the whole address space, writable
 *     where data: their offsets are linear addresses and need no check (always so in 64-bit mode)
 * @param protectedMode CR0.PE and not virtual-8086 mode
 */
record CodeMode(CodeSize size, int stackBits, boolean flat, boolean protectedMode) {
  /**
   * A bit beside {@link #key}: the block runs in ring 3. Blocks that follow each other are not
   * translated anew, so rings must not share them: what the supervisor may fetch, a user may not,
   * and with SMEP the other way round.
   */
  static final int USER = 64;

  int key() {
    return size.ordinal()
        | (stackBits == 16 ? 0 : stackBits == 32 ? 4 : 8)
        | (flat ? 16 : 0)
        | (protectedMode ? 32 : 0);
  }

  boolean isLong() {
    return size == CodeSize.BITS64;
  }
}
