package dev.ringside.profiler;

import org.jspecify.annotations.Nullable;

/**
 * Where in the guest something happened.
 *
 * @param symbol the function or label, without offset; null where no symbol covers the address
 * @param source file relative to its compilation directory, and line: {@code src/kernel.c:41}; null
 *     without line information
 * @param address the linear address where there is no symbol to tell places apart, else 0
 * @param exact false where the processor could not tell the instruction and the one before the next
 *     was taken
 */
public record Place(@Nullable String symbol, @Nullable String source, long address, boolean exact) {

  /** A place that only its linear address tells. */
  public static Place of(long address) {
    return new Place(null, null, address, true);
  }

  /** The symbol, or the address in hex. */
  public String name() {
    return symbol == null ? "0x" + Long.toHexString(address) : symbol;
  }

  Place withExact(boolean isExact) {
    return new Place(symbol, source, address, isExact);
  }
}
