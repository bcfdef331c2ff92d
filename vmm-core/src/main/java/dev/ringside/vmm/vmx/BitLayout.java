package dev.ringside.vmm.vmx;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;

/** The named parts of a value, in a form to hold against a table of the manual. Immutable. */
final class BitLayout {
  private record Part(int high, int low, String name, LongFunction<String> meaning) {
    long mask() {
      return (high - low == 63 ? -1L : (1L << (high - low + 1)) - 1) << low;
    }
  }

  static final BitLayout NONE = new BitLayout(List.of());

  private final List<Part> parts;
  private final long named;

  private BitLayout(List<Part> parts) {
    this.parts = parts.stream().sorted(Comparator.comparingInt(Part::low)).toList();
    this.named = parts.stream().mapToLong(Part::mask).reduce(0, (left, right) -> left | right);
  }

  static Builder builder() {
    return new Builder();
  }

  static BitLayout of(VmxControl... controls) {
    Builder builder = builder();
    for (VmxControl control : controls) {
      builder.bit(control.bit(), control.sdmName(), control.meaning());
    }
    return builder.build();
  }

  /** The bits that have a name. */
  long named() {
    return named;
  }

  List<NamedBits> decode(long value) {
    if (parts.isEmpty()) {
      return List.of();
    }
    List<NamedBits> decoded = new ArrayList<>();
    for (Part part : parts) {
      long bits = (value & part.mask()) >>> part.low();
      decoded.add(
          new NamedBits(part.name(), part.high(), part.low(), bits, part.meaning().apply(bits)));
    }
    long reserved = value & ~named;
    while (reserved != 0) {
      int bit = Long.numberOfTrailingZeros(reserved);
      decoded.add(new NamedBits("reserved", bit, bit, 1, ""));
      reserved &= reserved - 1;
    }
    decoded.sort(Comparator.comparingInt(NamedBits::low));
    return List.copyOf(decoded);
  }

  static final class Builder {
    private final List<Part> parts = new ArrayList<>();

    /** A single bit; the meaning is that of the bit being set. */
    Builder bit(int bit, String name, String meaning) {
      return part(bit, bit, name, value -> value == 0 ? "" : meaning);
    }

    /** A single bit with a meaning for either value. */
    Builder bit(int bit, String name, String whenClear, String whenSet) {
      return part(bit, bit, name, value -> value == 0 ? whenClear : whenSet);
    }

    /** A number. */
    Builder part(int high, int low, String name) {
      return part(high, low, name, value -> "");
    }

    /** A part whose values have names. */
    Builder part(int high, int low, String name, LongFunction<String> meaning) {
      parts.add(new Part(high, low, name, meaning));
      return this;
    }

    BitLayout build() {
      return new BitLayout(List.copyOf(parts));
    }
  }
}
