package dev.ringside.symbols.dwarf;

import org.jspecify.annotations.Nullable;

/**
 * A value on the stack of an expression (2.5.1): of the generic type (an integer as wide as an
 * address, without sign of its own) or of a base type.
 *
 * @param bits the value's bits, zero above its width
 * @param type null for the generic type
 */
record StackValue(long bits, @Nullable BaseType type) {

  /**
   * A base type as operations see it.
   *
   * @param size 1, 2, 4 or 8 bytes
   */
  record BaseType(int size, boolean isFloat, boolean isSigned) {}

  static StackValue generic(long value, int addressSize) {
    return new StackValue(cut(value, addressSize), null);
  }

  static long cut(long value, int size) {
    return size >= 8 ? value : value & (1L << size * 8) - 1;
  }

  int size(int addressSize) {
    return type == null ? addressSize : type.size;
  }

  boolean isFloat() {
    return type != null && type.isFloat;
  }

  /** The bits as a signed number. */
  long signed(int addressSize) {
    int unused = 64 - size(addressSize) * 8;
    return unused <= 0 ? bits : bits << unused >> unused;
  }

  double asDouble() {
    return type != null && type.size == 4
        ? Float.intBitsToFloat((int) bits)
        : Double.longBitsToDouble(bits);
  }

  StackValue withBits(long value, int addressSize) {
    return new StackValue(cut(value, size(addressSize)), type);
  }

  StackValue withDouble(double value) {
    return type != null && type.size == 4
        ? new StackValue(Float.floatToRawIntBits((float) value) & 0xffff_ffffL, type)
        : new StackValue(Double.doubleToRawLongBits(value), type);
  }

  /** DW_OP_convert (2.5.1.6): the same number in another type. */
  StackValue convertTo(@Nullable BaseType to, int addressSize) {
    int size = to == null ? addressSize : to.size;
    if (to != null && to.isFloat) {
      double number =
          isFloat()
              ? asDouble()
              : type != null && type.isSigned ? signed(addressSize) : unsignedToDouble(bits);
      return new StackValue(0, to).withDouble(number);
    }
    if (isFloat()) {
      return new StackValue(cut((long) asDouble(), size), to);
    }
    long number = type != null && type.isSigned ? signed(addressSize) : bits;
    return new StackValue(cut(number, size), to);
  }

  private static double unsignedToDouble(long bits) {
    return bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
  }
}
