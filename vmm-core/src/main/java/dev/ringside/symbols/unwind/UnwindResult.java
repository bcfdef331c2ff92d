package dev.ringside.symbols.unwind;

/** What is known of a frame's caller. */
public sealed interface UnwindResult {

  /** How a caller was found. */
  enum Method {
    /** By the compiler's call frame information. */
    CALL_FRAME_INFORMATION,
    /**
     * Guessed: along the saved frame pointers, or from the bytes at a function's start. Right for
     * code that keeps frame pointers, else not; to be marked where it is shown.
     */
    FRAME_POINTER
  }

  /**
   * There is a caller.
   *
   * @param registers the caller's registers, as far as they could be recovered; its program counter
   *     is the return address
   * @param cfa the canonical frame address of the frame that was unwound
   * @param interrupted whether the frame that was unwound is one that an interrupt or signal made:
   *     then the caller's program counter is not behind a call, and is looked up as it is
   */
  record Caller(FrameRegisters registers, long cfa, boolean interrupted, Method method)
      implements UnwindResult {
    /** The address for looking up the caller's function, line and variables. */
    public long lookupPc() {
      long pc = registers.pc().orElse(0);
      return interrupted ? pc : pc - 1;
    }
  }

  /** The frame is the outermost one; the reason is for people. */
  record EndOfStack(String reason) implements UnwindResult {}

  /** There may be a caller, but it cannot be found. */
  record Failed(String reason) implements UnwindResult {}
}
