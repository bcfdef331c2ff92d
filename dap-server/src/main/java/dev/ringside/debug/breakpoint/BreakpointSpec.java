package dev.ringside.debug.breakpoint;

import dev.ringside.vmm.control.Watchpoint;

/** What a user asks to stop at. Two equal ones are one breakpoint, which keeps its hit count. */
public sealed interface BreakpointSpec {
  Modifiers modifiers();

  /**
   * A source line.
   *
   * @param path as the client names the file
   * @param column from 1; 0 for the whole line
   */
  record Source(String path, int line, int column, Modifiers modifiers) implements BreakpointSpec {}

  /** All functions of a name and its inlined copies, or a label of assembly. */
  record Function(String name, Modifiers modifiers) implements BreakpointSpec {}

  /** An instruction at a linear address. */
  record Instruction(long address, Modifiers modifiers) implements BreakpointSpec {}

  /**
   * Bytes of memory.
   *
   * @param what the expression that they are known by
   * @param length 1 or more
   */
  record Data(String what, long address, int length, Watchpoint.Access access, Modifiers modifiers)
      implements BreakpointSpec {}
}
