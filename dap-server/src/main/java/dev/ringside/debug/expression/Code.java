package dev.ringside.debug.expression;

import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.debug.guest.UnreadableMemoryException;
import dev.ringside.debug.value.FloatingPoint;
import dev.ringside.debug.value.Place;
import dev.ringside.debug.value.UnavailableValueException;
import dev.ringside.debug.value.Value;
import dev.ringside.debug.value.ValueReader;
import dev.ringside.symbols.model.Type;

/**
 * A compiled expression with its type. It runs on the vCPU's thread and keeps no state, so that one
 * may run any number of times.
 */
abstract sealed class Code {
  final Type type;

  Code(Type type) {
    this.type = type;
  }

  /** The value, with its place where it has one. */
  abstract Value value(Environment e);

  /** The value as a number of at most 64 bits, extended as the type's sign says. */
  long number(Environment e) {
    return ValueReader.number(e.view(), value(e));
  }

  /** The value as a floating-point number, whatever arithmetic type it has. */
  double floating(Environment e) {
    return switch (CTypes.kind(type)) {
      case FLOATING -> FloatingPoint.decode(ValueReader.bytes(e.view(), value(e)));
      case INTEGER, POINTER, ARRAY, STRUCTURE, FUNCTION, VOID, OTHER -> {
        long number = number(e);
        boolean huge = number < 0 && !ValueReader.isSigned(type);
        yield huge ? (number >>> 1) * 2.0 + (number & 1) : number;
      }
    };
  }

  /** Whether the value counts as true. */
  boolean isTrue(Environment e) {
    return CTypes.kind(type) == CTypes.Kind.FLOATING ? floating(e) != 0 : number(e) != 0;
  }

  /** A bit-field's width, where the type of the expression alone does not say it. */
  int bitFieldWidth() {
    return 0;
  }

  /** Computes a number. */
  @FunctionalInterface
  interface ToLong {
    long at(Environment e);
  }

  /** Computes a floating-point number. */
  @FunctionalInterface
  interface ToDouble {
    double at(Environment e);
  }

  /** Computes a value. */
  @FunctionalInterface
  interface ToValue {
    Value at(Environment e);
  }

  /** An integer or pointer that is nowhere in the guest. */
  static final class Numeric extends Code {
    private final ToLong compute;
    private final int bits;
    private final boolean signed;

    Numeric(Type type, ToLong compute) {
      super(type);
      this.compute = compute;
      this.bits = (int) Math.min(64, Math.max(1, type.size()) * 8);
      this.signed = ValueReader.isSigned(type);
    }

    @Override
    long number(Environment e) {
      return LittleEndian.extend(compute.at(e), bits, signed);
    }

    @Override
    Value value(Environment e) {
      return Value.number(type, compute.at(e));
    }
  }

  /** A constant. */
  static final class Constant extends Code {
    final long value;

    Constant(Type type, long value) {
      super(type);
      this.value = value;
    }

    @Override
    long number(Environment e) {
      return value;
    }

    @Override
    Value value(Environment e) {
      return Value.number(type, value);
    }
  }

  /** A floating-point number that is nowhere in the guest. */
  static final class Floating extends Code {
    private final ToDouble compute;

    Floating(Type type, ToDouble compute) {
      super(type);
      this.compute = compute;
    }

    @Override
    double floating(Environment e) {
      double wide = compute.at(e);
      return type.size() == 4 ? (float) wide : wide;
    }

    @Override
    long number(Environment e) {
      return (long) floating(e);
    }

    @Override
    Value value(Environment e) {
      return new Value(
          type, new Place.Immediate(FloatingPoint.encode(compute.at(e), (int) type.size())));
    }
  }

  /** An object in memory at an address that is computed. */
  static final class InMemory extends Code {
    final ToLong address;
    private final int size;
    private final boolean signed;

    InMemory(Type type, ToLong address) {
      super(type);
      this.address = address;
      this.size = (int) Math.min(8, type.size());
      this.signed = ValueReader.isSigned(type);
    }

    @Override
    long number(Environment e) {
      try {
        long raw = e.view().readNumber(address.at(e), size);
        return LittleEndian.extend(raw, size * 8, signed);
      } catch (UnreadableMemoryException x) {
        throw new UnavailableValueException(x.reason());
      }
    }

    @Override
    Value value(Environment e) {
      return new Value(type, new Place.Linear(address.at(e)));
    }
  }

  /** Anything else: variables, members of values outside memory, bit-fields, registers. */
  static final class General extends Code {
    private final ToValue compute;
    private final int bitFieldWidth;

    General(Type type, ToValue compute) {
      this(type, compute, 0);
    }

    General(Type type, ToValue compute, int bitFieldWidth) {
      super(type);
      this.compute = compute;
      this.bitFieldWidth = bitFieldWidth;
    }

    @Override
    Value value(Environment e) {
      return compute.at(e);
    }

    @Override
    int bitFieldWidth() {
      return bitFieldWidth;
    }
  }

  /** A number with a quick way to it: a processor's register. */
  static final class Quick extends Code {
    private final ToLong number;
    private final ToValue compute;

    Quick(Type type, ToLong number, ToValue compute) {
      super(type);
      this.number = number;
      this.compute = compute;
    }

    @Override
    long number(Environment e) {
      return number.at(e);
    }

    @Override
    Value value(Environment e) {
      return compute.at(e);
    }
  }
}
