package dev.ringside.symbols.model;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One frame of a stopped guest, as location expressions see it. Implemented by whoever has the
 * guest; called on the thread that asks, never kept.
 */
public interface EvaluationContext {
  /**
   * The address that says which code this frame is in: the program counter of the innermost frame,
   * the return address − 1 of a caller (so that it lies within the call).
   */
  long pc();

  /** A register of this frame by DWARF's number, zero-extended; empty if it was not recovered. */
  OptionalLong register(int number);

  /** A register wider than 64 bits (SSE), little-endian; null if it is not available. */
  default byte @Nullable [] wideRegister(int number) {
    return null;
  }

  /**
   * Reads guest memory at a guest-virtual address.
   *
   * @throws MemoryReadException if any byte cannot be read
   */
  byte[] readMemory(long address, int length) throws MemoryReadException;

  /** The canonical frame address: the stack pointer before the call; empty if unknown. */
  OptionalLong cfa();

  /** The frame that called this one, for values that are known from the call; empty if unknown. */
  Optional<EvaluationContext> caller();

  /** Guest memory could not be read; the message says where and why. */
  final class MemoryReadException extends Exception {
    private static final long serialVersionUID = 1L;

    public MemoryReadException(String message) {
      super(message);
    }
  }
}
