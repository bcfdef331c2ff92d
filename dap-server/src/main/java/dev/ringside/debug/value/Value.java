package dev.ringside.debug.value;

import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.symbols.model.Type;

/**
 * A typed value whose bytes are read when they are needed. Immutable.
 *
 * @param type as declared
 * @param place where the bytes are
 * @param bitOffset from the place's lowest bit to the value's
 * @param bitSize the width of a bit-field, 0 for a value that fills its type
 */
public record Value(Type type, Place place, long bitOffset, int bitSize) {
  /** A value at the start of a place. */
  public Value(Type type, Place place) {
    this(type, place, 0, 0);
  }

  /** A number, pointer or truth value that is nowhere in the guest. */
  public static Value number(Type type, long value) {
    return new Value(
        type, new Place.Immediate(LittleEndian.bytes(value, (int) Math.max(1, type.size()))));
  }

  /** Something that cannot be shown. */
  public static Value missing(Type type, String reason) {
    return new Value(type, new Place.Missing(reason));
  }

  /** Whether this is a bit-field. */
  public boolean isBitField() {
    return bitSize != 0;
  }

  /** How many bits the value has. */
  public long bits() {
    return bitSize != 0 ? bitSize : type.size() * 8;
  }

  /** The same bytes read as another type. */
  public Value as(Type other) {
    return new Value(other, place, bitOffset, 0);
  }

  /** A part of this value. */
  public Value part(Type partType, long offset, int partBits) {
    return new Value(partType, place, bitOffset + offset, partBits);
  }

  /** Whether it has an address: it lies in memory on a byte boundary. */
  public boolean hasAddress() {
    return place instanceof Place.Linear && bitSize == 0 && (bitOffset & 7) == 0;
  }

  /** Its linear address; only if {@link #hasAddress}. */
  public long address() {
    return ((Place.Linear) place).address() + bitOffset / 8;
  }

  /** Whether it shows as a processor's word, in hexadecimal. */
  public boolean isMachineWord() {
    return switch (place) {
      case Place.CpuRegister r -> true;
      case Place.Msr m -> true;
      case Place.Vmcs v -> true;
      case Place.Linear l -> false;
      case Place.Physical p -> false;
      case Place.FrameRegister f -> false;
      case Place.Immediate i -> false;
      case Place.Pieces p -> false;
      case Place.PointedTo p -> false;
      case Place.Missing m -> false;
    };
  }
}
