package dev.ringside.vmm.soft;

import org.jspecify.annotations.Nullable;

/**
 * A run of instructions without a branch between them, decoded once. Keyed by where it lies in RAM,
 * its RIP and mode.
 */
final class Block {
  /** Linear address of the first instruction. */
  final long linear;

  /** Offset in CS of the first instruction. */
  final long rip;

  /** Offset in CS of the last byte. */
  final long lastByte;

  /** The {@link CodeMode#key} it was bound for. */
  final int mode;

  /** Where the first byte lies in the RAM segment. */
  final long ramOffset;

  /** Where the second page of an instruction that crosses a page boundary lies; -1 if none does. */
  final long secondOffset;

  final Op[] ops;

  /** Instructions in it: the sum of the ops' weights. */
  final int instructions;

  /**
   * Instructions a run must have left to enter it; beyond any budget where a breakpoint wants a
   * look first.
   */
  final long budget;

  /** Bytes. */
  final int size;

  /** Offset of the instruction after it, wrapped to the code's size. */
  final long end;

  /** False once its bytes were written. */
  boolean valid = true;

  /** The blocks that followed it last time, valid for {@link #chainEpoch} only. */
  @Nullable Block next0;

  @Nullable Block next1;
  int chainEpoch = -1;

  /** Whether the debugger has a breakpoint on the first instruction. */
  final boolean breakpoint;

  Block(
      long linear,
      long rip,
      int mode,
      long ramOffset,
      long secondOffset,
      Op[] ops,
      int size,
      long end,
      boolean breakpoint) {
    this.linear = linear;
    this.rip = rip;
    this.lastByte = rip + size - 1;
    this.mode = mode;
    this.ramOffset = ramOffset;
    this.secondOffset = secondOffset;
    this.ops = ops;
    this.size = size;
    this.end = end;
    int n = 0;
    for (Op op : ops) {
      n += op.weight;
    }
    this.instructions = n;
    this.breakpoint = breakpoint;
    this.budget = breakpoint ? Long.MAX_VALUE : n;
  }

  /** Instructions in the ops before that one. */
  int instructionsBefore(int index) {
    int n = 0;
    for (int i = 0; i < index; i++) {
      n += ops[i].weight;
    }
    return n;
  }
}
