package dev.ringside.symbols.unwind;

/**
 * How a frame at one place of the code is unwound, for those who unwind there again and again: an
 * answer that holds whenever the guest is there, of stack pointer and frame pointer alone.
 */
public sealed interface FrameRule {
  /**
   * The caller's registers are on the stack. Offsets are from the canonical frame address (CFA).
   *
   * @param byFramePointer whether the CFA is the frame pointer plus {@code cfa}; else it is the
   *     stack pointer plus {@code cfa}
   * @param returnAddress where the return address is
   * @param framePointer where the caller's frame pointer is, or {@link #SAME} if it has not changed
   * @param stackPointer where the caller's stack pointer is, or {@link #SAME} if it is the CFA
   * @param interrupted as {@link UnwindResult.Caller#interrupted}
   */
  record Saved(
      boolean byFramePointer,
      long cfa,
      long returnAddress,
      long framePointer,
      long stackPointer,
      boolean interrupted)
      implements FrameRule {
    /** No offset: nothing was saved. */
    public static final long SAME = Long.MIN_VALUE;
  }

  /** The frame is the outermost one. */
  record Outermost() implements FrameRule {}

  /**
   * There is no call frame information: {@link Unwinder#unwind} guesses by program counter, stack
   * pointer and frame pointer.
   */
  record Guessed() implements FrameRule {}

  /** It takes more than this to unwind: {@link Unwinder#unwind}, with all registers. */
  record Complex() implements FrameRule {}
}
