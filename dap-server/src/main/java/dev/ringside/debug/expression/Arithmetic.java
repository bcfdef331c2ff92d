package dev.ringside.debug.expression;

import dev.ringside.debug.expression.CTypes.Kind;
import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.debug.value.ValueReader;
import dev.ringside.symbols.model.Type;

/** Types and compiles C's unary and binary operators (C17, 6.5.3 to 6.5.14). */
final class Arithmetic {
  private final CTypes types;

  Arithmetic(CTypes types) {
    this.types = types;
  }

  /** An operand as operators take it: arrays and functions become pointers (6.3.2.1). */
  Code decayed(Code operand, int position) {
    return switch (CTypes.kind(operand.type)) {
      case ARRAY -> {
        Type.Array array = (Type.Array) operand.type.stripped();
        Type pointer = types.pointerTo(CTypes.element(array));
        yield new Code.Numeric(pointer, address(operand, position));
      }
      case FUNCTION -> new Code.Numeric(types.pointerTo(operand.type), address(operand, position));
      case INTEGER, FLOATING, POINTER, STRUCTURE, VOID, OTHER -> operand;
    };
  }

  /** Computes where an operand is in memory. */
  static Code.ToLong address(Code operand, int position) {
    if (operand instanceof Code.InMemory memory) {
      return memory.address;
    }
    return e -> {
      var value = operand.value(e);
      if (!value.hasAddress()) {
        throw new ExpressionException.Unavailable(position, Addresses.whyNone(value));
      }
      return value.address();
    };
  }

  Code unary(Expression.Unary.Operator operator, Code operand, int position) {
    Code x = decayed(operand, position);
    Kind kind = CTypes.kind(x.type);
    return switch (operator) {
      case NOT -> {
        scalar(x, "!", position);
        yield new Code.Numeric(types.integer, e -> x.isTrue(e) ? 0 : 1);
      }
      case PLUS, MINUS -> {
        boolean minus = operator == Expression.Unary.Operator.MINUS;
        if (kind == Kind.FLOATING) {
          yield new Code.Floating(x.type, e -> minus ? -x.floating(e) : x.floating(e));
        }
        Type type = integer(x, minus ? "-" : "+", position);
        if (x instanceof Code.Constant c) {
          yield constant(type, minus ? -c.value : c.value);
        }
        yield new Code.Numeric(type, e -> minus ? -x.number(e) : x.number(e));
      }
      case COMPLEMENT -> {
        Type type = integer(x, "~", position);
        yield new Code.Numeric(type, e -> ~x.number(e));
      }
      case DEREFERENCE, ADDRESS_OF ->
          throw new IllegalArgumentException("compiled elsewhere: " + operator);
    };
  }

  private Code constant(Type type, long value) {
    int bits = (int) type.size() * 8;
    return new Code.Constant(type, LittleEndian.extend(value, bits, ValueReader.isSigned(type)));
  }

  private Type integer(Code x, String operator, int position) {
    if (CTypes.kind(x.type) != Kind.INTEGER) {
      throw new ExpressionException.WrongType(
          position, "'" + operator + "' needs a number, not '" + x.type.displayName() + "'");
    }
    return types.promote(x.type, x.bitFieldWidth());
  }

  private static void scalar(Code x, String operator, int position) {
    switch (CTypes.kind(x.type)) {
      case INTEGER, FLOATING, POINTER -> {}
      case ARRAY, STRUCTURE, FUNCTION, VOID, OTHER ->
          throw new ExpressionException.WrongType(
              position, "'" + operator + "' does not take a '" + x.type.displayName() + "'");
    }
  }

  Code binary(BinaryOperator operator, Code leftOperand, Code rightOperand, int position) {
    Code x = decayed(leftOperand, position);
    Code y = decayed(rightOperand, position);
    scalar(x, operator.symbol, position);
    scalar(y, operator.symbol, position);
    if (operator == BinaryOperator.LOGICAL_AND) {
      return new Code.Numeric(types.integer, e -> x.isTrue(e) && y.isTrue(e) ? 1 : 0);
    }
    if (operator == BinaryOperator.LOGICAL_OR) {
      return new Code.Numeric(types.integer, e -> x.isTrue(e) || y.isTrue(e) ? 1 : 0);
    }
    Kind a = CTypes.kind(x.type);
    Kind b = CTypes.kind(y.type);
    if (a == Kind.POINTER || b == Kind.POINTER) {
      return pointers(operator, x, y, position);
    }
    if (a == Kind.FLOATING || b == Kind.FLOATING) {
      return floating(operator, x, y, position);
    }
    return integers(operator, x, y, position);
  }

  private Code pointers(BinaryOperator operator, Code x, Code y, int position) {
    boolean left = CTypes.kind(x.type) == Kind.POINTER;
    boolean right = CTypes.kind(y.type) == Kind.POINTER;
    boolean numbers =
        (left || CTypes.kind(x.type) == Kind.INTEGER)
            && (right || CTypes.kind(y.type) == Kind.INTEGER);
    if (numbers && operator.isComparison()) {
      return compare(operator, x, y, false);
    }
    if (operator == BinaryOperator.ADD && left != right && numbers) {
      Code pointer = left ? x : y;
      Code offset = left ? y : x;
      long size = elementSize(pointer);
      return new Code.Numeric(pointer.type, e -> pointer.number(e) + offset.number(e) * size);
    }
    if (operator == BinaryOperator.SUBTRACT && left && numbers) {
      long size = elementSize(x);
      if (!right) {
        return new Code.Numeric(x.type, e -> x.number(e) - y.number(e) * size);
      }
      if (elementSize(y) == size) {
        return new Code.Numeric(types.difference(), e -> (x.number(e) - y.number(e)) / size);
      }
    }
    throw new ExpressionException.WrongType(
        position,
        "'"
            + operator.symbol
            + "' does not take '"
            + x.type.displayName()
            + "' and '"
            + y.type.displayName()
            + "'");
  }

  static long elementSize(Code pointer) {
    return CTypes.elementSize(((Type.Pointer) pointer.type.stripped()).target().get());
  }

  private Code floating(BinaryOperator operator, Code x, Code y, int position) {
    Type type =
        types.common(
            types.promote(x.type, x.bitFieldWidth()), types.promote(y.type, y.bitFieldWidth()));
    return switch (operator) {
      case ADD -> new Code.Floating(type, e -> x.floating(e) + y.floating(e));
      case SUBTRACT -> new Code.Floating(type, e -> x.floating(e) - y.floating(e));
      case MULTIPLY -> new Code.Floating(type, e -> x.floating(e) * y.floating(e));
      case DIVIDE -> new Code.Floating(type, e -> x.floating(e) / y.floating(e));
      case LESS -> truth(e -> x.floating(e) < y.floating(e));
      case GREATER -> truth(e -> x.floating(e) > y.floating(e));
      case LESS_OR_EQUAL -> truth(e -> x.floating(e) <= y.floating(e));
      case GREATER_OR_EQUAL -> truth(e -> x.floating(e) >= y.floating(e));
      case EQUAL -> truth(e -> x.floating(e) == y.floating(e));
      case NOT_EQUAL -> truth(e -> x.floating(e) != y.floating(e));
      case REMAINDER, SHIFT_LEFT, SHIFT_RIGHT, AND, EXCLUSIVE_OR, OR, LOGICAL_AND, LOGICAL_OR ->
          throw new ExpressionException.WrongType(
              position, "'" + operator.symbol + "' needs integers");
    };
  }

  private interface Test {
    boolean holds(Environment e);
  }

  private Code truth(Test test) {
    return new Code.Numeric(types.integer, e -> test.holds(e) ? 1 : 0);
  }

  private Code integers(BinaryOperator operator, Code x, Code y, int position) {
    Type left = integer(x, operator.symbol, position);
    Type right = integer(y, operator.symbol, position);
    if (operator == BinaryOperator.SHIFT_LEFT || operator == BinaryOperator.SHIFT_RIGHT) {
      return shift(operator == BinaryOperator.SHIFT_LEFT, left, x, y);
    }
    Type type = types.common(left, right);
    boolean signed = ValueReader.isSigned(type);
    int bits = (int) type.size() * 8;
    Code a = converted(x, left, type);
    Code b = converted(y, right, type);
    return switch (operator) {
      case ADD -> new Code.Numeric(type, e -> a.number(e) + b.number(e));
      case SUBTRACT -> new Code.Numeric(type, e -> a.number(e) - b.number(e));
      case MULTIPLY -> new Code.Numeric(type, e -> a.number(e) * b.number(e));
      case DIVIDE ->
          new Code.Numeric(
              type,
              e -> {
                long divisor = nonZero(b.number(e), position);
                return signed ? a.number(e) / divisor : Long.divideUnsigned(a.number(e), divisor);
              });
      case REMAINDER ->
          new Code.Numeric(
              type,
              e -> {
                long divisor = nonZero(b.number(e), position);
                return signed
                    ? a.number(e) % divisor
                    : Long.remainderUnsigned(a.number(e), divisor);
              });
      case AND -> new Code.Numeric(type, e -> a.number(e) & b.number(e));
      case OR -> new Code.Numeric(type, e -> a.number(e) | b.number(e));
      case EXCLUSIVE_OR -> new Code.Numeric(type, e -> a.number(e) ^ b.number(e));
      case LESS, GREATER, LESS_OR_EQUAL, GREATER_OR_EQUAL, EQUAL, NOT_EQUAL ->
          compare(operator, a, b, signed && bits <= 64);
      case SHIFT_LEFT, SHIFT_RIGHT, LOGICAL_AND, LOGICAL_OR ->
          throw new IllegalStateException("compiled before: " + operator);
    };
  }

  /** The operand in the common type; a number already in range needs nothing. */
  private static Code converted(Code x, Type from, Type to) {
    if (x instanceof Code.Constant c) {
      return new Code.Constant(
          to, LittleEndian.extend(c.value, (int) to.size() * 8, ValueReader.isSigned(to)));
    }
    boolean same =
        from.size() == to.size() && ValueReader.isSigned(from) == ValueReader.isSigned(to);
    boolean widened = from.size() < to.size() && x.type.size() <= from.size() && to.size() >= 8;
    return same || widened ? x : new Code.Numeric(to, x::number);
  }

  private static long nonZero(long divisor, int position) {
    if (divisor == 0) {
      throw new ExpressionException.Arithmetic(position, "division by zero");
    }
    return divisor;
  }

  private static Code shift(boolean left, Type type, Code x, Code y) {
    int bits = (int) type.size() * 8;
    boolean signed = ValueReader.isSigned(type);
    return new Code.Numeric(
        type,
        e -> {
          long count = y.number(e);
          long value = LittleEndian.extend(x.number(e), bits, signed);
          boolean all = count < 0 || count >= bits;
          if (left) {
            return all ? 0 : value << count;
          }
          if (signed) {
            return value >> (all ? 63 : count);
          }
          return all ? 0 : value >>> count;
        });
  }

  private Code compare(BinaryOperator operator, Code a, Code b, boolean signed) {
    return switch (operator) {
      case EQUAL -> truth(e -> a.number(e) == b.number(e));
      case NOT_EQUAL -> truth(e -> a.number(e) != b.number(e));
      case LESS -> truth(e -> order(a.number(e), b.number(e), signed) < 0);
      case GREATER -> truth(e -> order(a.number(e), b.number(e), signed) > 0);
      case LESS_OR_EQUAL -> truth(e -> order(a.number(e), b.number(e), signed) <= 0);
      case GREATER_OR_EQUAL -> truth(e -> order(a.number(e), b.number(e), signed) >= 0);
      case MULTIPLY,
          DIVIDE,
          REMAINDER,
          ADD,
          SUBTRACT,
          SHIFT_LEFT,
          SHIFT_RIGHT,
          AND,
          EXCLUSIVE_OR,
          OR,
          LOGICAL_AND,
          LOGICAL_OR ->
          throw new IllegalArgumentException("no comparison: " + operator);
    };
  }

  private static int order(long a, long b, boolean signed) {
    return signed ? Long.compare(a, b) : Long.compareUnsigned(a, b);
  }
}
