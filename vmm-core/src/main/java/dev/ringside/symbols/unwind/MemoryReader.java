package dev.ringside.symbols.unwind;

import dev.ringside.symbols.model.EvaluationContext.MemoryReadException;

/** Reads guest memory. */
@FunctionalInterface
public interface MemoryReader {
  /**
   * Reads at a guest-virtual address.
   *
   * @throws MemoryReadException if any byte cannot be read
   */
  byte[] read(long address, int length) throws MemoryReadException;
}
