package dev.ringside.vmm.vmx;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;

/** The named parts of a value, in a form to hold against a table of the manual. Immutable. */
public final class BitLayout {
  private record Part(int high, int low, String name, LongFunction<String> meaning) {
    long mask() {
      return (high - low == 63 ? -1L : (1L << (high - low + 1)) - 1) << low;
    }
  }

  /** No part has a name. */
  public static final BitLayout NONE = new BitLayout(List.of(), 0, 0);

  private final List<Part> parts;
  private final long named;
  private final long fixed1;
  private final long open;

  private BitLayout(List<Part> parts, long fixed1, long open) {
    this.fixed1 = fixed1;
    this.open = open;
    this.parts = parts.stream().sorted(Comparator.comparingInt(Part::low)).toList();
    this.named = parts.stream().mapToLong(Part::mask).reduce(0, (left, right) -> left | right);
  }

  /** Starts a layout without parts. */
  public static Builder builder() {
    return new Builder();
  }

  /** A vector of controls; its default1 class is reserved as 1 where a bit has no name. */
  static BitLayout of(long default1, VmxControl... controls) {
    Builder builder = builder().fixed1(default1);
    for (VmxControl control : controls) {
      builder.bit(control.bit(), control.sdmName(), control.meaning());
    }
    return builder.build();
  }

  /**
   * The parts of a value, least significant first, those with names and what is reserved but set.
   */
  public List<NamedBits> decode(long value) {
    if (parts.isEmpty()) {
      return List.of();
    }
    List<NamedBits> decoded = new ArrayList<>();
    for (Part part : parts) {
      long bits = (value & part.mask()) >>> part.low();
      decoded.add(
          new NamedBits(part.name(), part.high(), part.low(), bits, part.meaning().apply(bits)));
    }
    addReserved(decoded, value & ~named & ~fixed1 & ~open, 1, "must be 0");
    addReserved(decoded, ~value & ~named & fixed1, 0, "must be 1");
    decoded.sort(Comparator.comparingInt(NamedBits::low));
    return List.copyOf(decoded);
  }

  /** The same bits, as a guest/host mask has them: set where the host owns a bit. */
  BitLayout asMask() {
    Builder builder = builder().open();
    for (Part part : parts) {
      builder.bit(part.low(), part.name(), "guest-owned", "host-owned");
    }
    return builder.build();
  }

  private static void addReserved(List<NamedBits> decoded, long bits, int value, String meaning) {
    for (long left = bits; left != 0; left &= left - 1) {
      int bit = Long.numberOfTrailingZeros(left);
      decoded.add(new NamedBits("reserved", bit, bit, value, meaning));
    }
  }

  /** Takes the parts one by one, in any order. */
  public static final class Builder {
    private Builder() {}

    private final List<Part> parts = new ArrayList<>();
    private long fixed1;
    private long open;

    /** Bits without a name that are reserved as 1; the others are reserved as 0. */
    public Builder fixed1(long bits) {
      fixed1 = bits;
      return this;
    }

    /** No bit is reserved: those without a name may be anything. */
    public Builder open() {
      open = -1;
      return this;
    }

    /** A single bit; the meaning is that of the bit being set. */
    public Builder bit(int bit, String name, String meaning) {
      return part(bit, bit, name, value -> value == 0 ? "" : meaning);
    }

    /** A single bit with a meaning for either value. */
    public Builder bit(int bit, String name, String whenClear, String whenSet) {
      return part(bit, bit, name, value -> value == 0 ? whenClear : whenSet);
    }

    /** A number. */
    public Builder part(int high, int low, String name) {
      return part(high, low, name, value -> "");
    }

    /** A part whose values have names. */
    public Builder part(int high, int low, String name, LongFunction<String> meaning) {
      parts.add(new Part(high, low, name, meaning));
      return this;
    }

    /** The layout of the parts so far. */
    public BitLayout build() {
      return new BitLayout(List.copyOf(parts), fixed1, open);
    }
  }
}
