package dev.ringside.debug.expression;

import dev.ringside.debug.expression.CTypes.Kind;
import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.debug.value.FloatingPoint;
import dev.ringside.debug.value.Value;
import dev.ringside.debug.value.ValueReader;
import dev.ringside.debug.value.ValueWriter;
import dev.ringside.symbols.model.Type;
import org.jspecify.annotations.Nullable;

/** Casts (C17, 6.5.4) and assignments (6.5.16). */
final class Conversions {
  private final Arithmetic arithmetic;

  Conversions(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  Code cast(Type to, Code operand, int position) {
    Kind target = CTypes.kind(to);
    if (target == Kind.STRUCTURE || target == Kind.ARRAY) {
      return reinterpreted(to, operand, position);
    }
    Code x = arithmetic.decayed(operand, position);
    Kind source = CTypes.kind(x.type);
    boolean number = source == Kind.INTEGER || source == Kind.POINTER;
    return switch (target) {
      case INTEGER -> {
        requireArithmetic(number || source == Kind.FLOATING, to, x, position);
        boolean bool =
            to.stripped() instanceof Type.Base b && b.encoding() == Type.Encoding.BOOLEAN;
        if (bool) {
          yield new Code.Numeric(to, e -> x.isTrue(e) ? 1 : 0);
        }
        yield new Code.Numeric(to, source == Kind.FLOATING ? e -> toLong(x, e) : x::number);
      }
      case FLOATING -> {
        requireArithmetic(source == Kind.INTEGER || source == Kind.FLOATING, to, x, position);
        yield new Code.Floating(to, x::floating);
      }
      case POINTER -> {
        requireArithmetic(number, to, x, position);
        yield new Code.Numeric(to, x::number);
      }
      case VOID -> new Code.Numeric(to, e -> 0);
      case STRUCTURE, ARRAY, FUNCTION, OTHER ->
          throw new ExpressionException.WrongType(
              position, "nothing can be cast to '" + to.displayName() + "'");
    };
  }

  private static long toLong(Code x, Environment e) {
    double d = x.floating(e);
    return d >= 0x1p63 ? (long) (d - 0x1p63) ^ Long.MIN_VALUE : (long) d;
  }

  /** A debugger's liberty: the bytes at the operand's place read as another type. */
  private static Code reinterpreted(Type to, Code operand, int position) {
    return new Code.General(
        to,
        e -> {
          Value value = operand.value(e);
          if (value.isBitField()) {
            throw new ExpressionException.WrongType(
                position, "a bit-field cannot be read as '" + to.displayName() + "'");
          }
          return value.as(to);
        });
  }

  private static void requireArithmetic(boolean fits, Type to, Code x, int position) {
    if (!fits) {
      throw new ExpressionException.WrongType(
          position,
          "'" + x.type.displayName() + "' cannot be converted to '" + to.displayName() + "'");
    }
  }

  /** Stores the source in the target, and is the target's value afterwards. */
  Code assign(Code target, Code source, int position) {
    Kind kind = CTypes.kind(target.type);
    if (kind == Kind.STRUCTURE) {
      if (source.type.size() != target.type.size() || CTypes.kind(source.type) != Kind.STRUCTURE) {
        throw new ExpressionException.WrongType(
            position,
            "'"
                + source.type.displayName()
                + "' cannot be assigned to '"
                + target.type.displayName()
                + "'");
      }
      return store(target, e -> ValueReader.bytes(e.view(), source.value(e)), position);
    }
    if (kind == Kind.ARRAY || kind == Kind.FUNCTION || kind == Kind.VOID || kind == Kind.OTHER) {
      throw new ExpressionException.WrongType(
          position, "a '" + target.type.displayName() + "' cannot be assigned to");
    }
    Code converted = cast(target.type, source, position);
    int size = (int) target.type.size();
    return store(
        target,
        kind == Kind.FLOATING
            ? e -> FloatingPoint.encode(converted.floating(e), size)
            : e -> wide(converted.number(e), size, target.type),
        position);
  }

  private static byte[] wide(long number, int size, Type type) {
    byte[] bytes = LittleEndian.bytes(number, size);
    if (number < 0 && ValueReader.isSigned(type)) {
      for (int i = 8; i < size; i++) {
        bytes[i] = -1;
      }
    }
    return bytes;
  }

  private interface ToBytes {
    byte[] at(Environment e);
  }

  private static Code store(Code target, ToBytes content, int position) {
    return new Code.General(
        target.type,
        e -> {
          if (!e.writable()) {
            throw new ExpressionException.NotWritable(
                position, "this expression would change the guest, which is not allowed here");
          }
          Value place = target.value(e);
          String refusal = ValueWriter.refusal(place);
          if (refusal != null) {
            throw new ExpressionException.NotWritable(position, "cannot assign: " + refusal);
          }
          byte[] bytes = content.at(e);
          ValueWriter.write(e.view(), place, bytes);
          return place;
        },
        target.bitFieldWidth());
  }

  /** {@code x++}: the value that the target had before. */
  static Code afterwards(Code target, Code store, @Nullable Type type) {
    return new Code.Numeric(
        type == null ? target.type : type,
        e -> {
          long before = target.number(e);
          store.value(e);
          return before;
        });
  }
}
