package dev.ringside.symbols.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a value is, or what it is, at one place of one frame (DWARF 5, 2.6). Immutable. */
public sealed interface Location {

  /** In memory, at a guest-virtual address. */
  record Memory(long address) implements Location {}

  /** In the frame's register of that DWARF number, from its lowest byte on. */
  record Register(int number) implements Location {}

  /**
   * Nowhere: the value itself, computed or constant. Cannot be assigned to.
   *
   * @param bytes little-endian, not shared with anyone; may be shorter or longer than the type
   */
  @SuppressWarnings("ArrayRecordComponent") // written once, compared by nobody
  record Value(byte[] bytes) implements Location {}

  /** In several places, the first piece holding the lowest bits. */
  record Composite(List<Piece> pieces) implements Location {
    public Composite {
      pieces = List.copyOf(pieces);
    }
  }

  /**
   * Part of a composite.
   *
   * @param bitSize how many bits it contributes
   * @param bitOffset from the lowest bit of {@code location} to the first of them
   */
  record Piece(Location location, long bitSize, long bitOffset) {}

  /**
   * A pointer that was optimised out, to an object that can still be shown.
   *
   * @param target the name of the variable pointed to, null if it has none
   * @param value where that variable's value is
   * @param offset bytes into it
   */
  record ImplicitPointer(@Nullable String target, Location value, long offset)
      implements Location {}

  /** The compiler kept it nowhere at this place. */
  record OptimizedOut() implements Location {}

  /** It is somewhere, but cannot be had here; the reason is for the user. */
  record Unavailable(String reason) implements Location {}
}
