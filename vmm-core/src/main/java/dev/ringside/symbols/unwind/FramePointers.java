package dev.ringside.symbols.unwind;

import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext.MemoryReadException;
import java.util.OptionalLong;

/**
 * Guesses a caller where there is no call frame information: from the stack at a function's first
 * instructions, else along the chain of saved frame pointers.
 */
public final class FramePointers {
  /** Frames larger than this are taken for a broken chain. */
  private static final long MAX_FRAME = 1 << 24;

  private FramePointers() {}

  /**
   * Finds the caller of a frame.
   *
   * @param functionStart where the frame's function begins, if known
   */
  public static UnwindResult unwind(
      FrameRegisters frame, OptionalLong functionStart, MemoryReader memory) {
    Architecture a = frame.architecture();
    int size = a.addressSize();
    if (frame.stackPointer().isEmpty() || frame.pc().isEmpty()) {
      return new UnwindResult.Failed("the frame's stack pointer or program counter is not known");
    }
    long sp = frame.stackPointer().getAsLong();
    OptionalLong fp = frame.get(a.framePointer());
    int pushed =
        functionStart.isPresent() ? pushedSoFar(frame, functionStart.getAsLong(), memory) : -1;
    if (pushed >= 0) {
      long at = a.truncate(sp + (long) pushed * size);
      OptionalLong callerFp = pushed == 0 ? fp : load(memory, sp, a);
      return caller(frame, at, callerFp, memory);
    }
    if (fp.isEmpty()) {
      return new UnwindResult.Failed(
          "no call frame information, and the frame pointer is not known");
    }
    long base = fp.getAsLong();
    if (base == 0) {
      return new UnwindResult.EndOfStack("its frame pointer is 0");
    }
    if (base % size != 0
        || Long.compareUnsigned(base, sp) < 0
        || Long.compareUnsigned(base - sp, MAX_FRAME) > 0) {
      return new UnwindResult.Failed(
          "no call frame information, and 0x%x in %s is no frame on this stack"
              .formatted(base, a.registerName(a.framePointer())));
    }
    return caller(frame, a.truncate(base + size), load(memory, base, a), memory);
  }

  private static UnwindResult caller(
      FrameRegisters frame, long returnAt, OptionalLong callerFp, MemoryReader memory) {
    Architecture a = frame.architecture();
    OptionalLong pc = load(memory, returnAt, a);
    if (pc.isEmpty()) {
      return new UnwindResult.Failed(
          "the return address at 0x%x cannot be read".formatted(returnAt));
    }
    if (pc.getAsLong() == 0) {
      return new UnwindResult.EndOfStack("its return address is 0");
    }
    long cfa = a.truncate(returnAt + a.addressSize());
    FrameRegisters.Builder registers =
        FrameRegisters.builder(a)
            .set(a.programCounter(), pc.getAsLong())
            .set(a.stackPointer(), cfa);
    if (callerFp.isPresent()) {
      registers.set(a.framePointer(), callerFp.getAsLong());
    }
    return new UnwindResult.Caller(
        registers.build(), cfa, false, UnwindResult.Method.FRAME_POINTER);
  }

  /** Words pushed if the frame is within {@code [endbr] push bp; mov bp, sp}, else −1. */
  private static int pushedSoFar(FrameRegisters frame, long start, MemoryReader memory) {
    long offset = frame.pc().orElse(0) - start;
    if (offset == 0) {
      return 0;
    }
    if (offset < 0 || offset > 5) {
      return -1;
    }
    try {
      byte[] code = memory.read(start, 5);
      boolean endbr = (code[0] & 0xff) == 0xf3 && code[1] == 0x0f && code[2] == 0x1e;
      int push = endbr ? 4 : 0;
      if (code[push] != 0x55) {
        return -1;
      }
      return offset == push ? 0 : offset == push + 1 ? 1 : -1;
    } catch (MemoryReadException e) {
      return -1; // the chain of frame pointers may still tell
    }
  }

  static OptionalLong load(MemoryReader memory, long address, Architecture a) {
    try {
      byte[] bytes = memory.read(a.truncate(address), a.addressSize());
      long value = 0;
      for (int i = bytes.length - 1; i >= 0; i--) {
        value = value << 8 | bytes[i] & 0xff;
      }
      return OptionalLong.of(value);
    } catch (MemoryReadException e) {
      return OptionalLong.empty();
    }
  }
}
