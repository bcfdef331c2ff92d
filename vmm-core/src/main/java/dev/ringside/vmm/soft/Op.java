package dev.ringside.vmm.soft;

/**
 * A decoded instruction bound to what it does. Operands, sizes and addresses are fields, set when
 * the block is built; {@link #execute} calls {@code x86.semantics} for the result.
 *
 * <p>Rules. An op is restartable: if a memory access throws, no register, flag or memory has
 * changed (do the accesses that can fault first, commit last). It does not touch {@link
 * Processor#rip} unless it ends its block: the interpreter sets RIP to the next instruction before
 * the last op of a block and to the op's own when it faults, so an op that needs RIP, the exact
 * instruction count, or changes anything that affects how following instructions decode, translate
 * or are interrupted must end its block. The interpreter counts it; a REP counts its further
 * iterations itself.
 */
abstract class Op {
  /** Offset of the instruction in its code segment (its RIP). */
  long rip;

  /** Length in bytes; 1 to 15. */
  int length;

  /** Instructions this op stands for: 2 for a fused compare and branch. */
  int weight = 1;

  /**
   * Whether control may go elsewhere than to the next instruction, or state that blocks depend on
   * may change.
   */
  boolean endsBlock;

  /**
   * Whether the memory operand's segment is SS: chooses #SS over #GP for a non-canonical address.
   */
  boolean stackSegment;

  abstract void execute(Processor c);

  /** Marks this op as the last of its block. */
  final Op ending() {
    endsBlock = true;
    return this;
  }

  /** Offset of the instruction that follows, not wrapped to the code size. */
  final long nextRip() {
    return rip + length;
  }
}
