package dev.ringside.debug.disassembly;

import dev.ringside.debug.frame.SourcePosition;
import java.util.Optional;

/**
 * One line of a listing.
 *
 * @param address linear address
 * @param bytes the instruction's bytes; none where memory cannot be read
 * @param text the instruction in Intel syntax, or why there is none
 * @param symbol {@code kmain+0x12}; empty for none
 * @param position the source line that begins here; empty otherwise
 * @param invalid whether there is no instruction here
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Listing(
    long address,
    byte[] bytes,
    String text,
    String symbol,
    Optional<SourcePosition> position,
    boolean invalid) {
  /** The same line with a source line to show. */
  Listing at(Optional<SourcePosition> shown) {
    return new Listing(address, bytes, text, symbol, shown, invalid);
  }
}
