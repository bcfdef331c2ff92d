package dev.ringside.debug.expression;

import java.util.List;

/** The syntax tree of a C expression; {@code position} is the offset of what names the node. */
sealed interface Expression {
  int position();

  /** An integer constant; {@code decimal}: written in base ten, which C types differently. */
  record IntegerLiteral(int position, long value, boolean unsigned, boolean isLong, boolean decimal)
      implements Expression {}

  record FloatLiteral(int position, double value, boolean single) implements Expression {}

  record CharacterLiteral(int position, char value) implements Expression {}

  record StringLiteral(int position, String value) implements Expression {}

  /** A variable, function, enumerator or condition variable. */
  record Name(int position, String name) implements Expression {}

  /** {@code $rax}. */
  record RegisterName(int position, String name) implements Expression {}

  /** {@code base.name} or {@code base->name}. */
  record Member(int position, Expression base, String name, boolean arrow) implements Expression {}

  record Index(int position, Expression base, Expression index) implements Expression {}

  /** {@code base[from:to]}, both ends included, or {@code base@count}: an array of elements. */
  record Slice(int position, Expression base, Expression from, Expression to)
      implements Expression {}

  /** GDB's {@code lvalue@count}: an array that starts at the operand. */
  record Repeat(int position, Expression base, Expression count) implements Expression {}

  /** {@code msr(…)}, {@code walk(…)}, {@code ept(…)}, {@code phys(…)}. */
  record Call(int position, String function, List<Expression> arguments) implements Expression {}

  record Unary(int position, Operator operator, Expression operand) implements Expression {
    enum Operator {
      PLUS,
      MINUS,
      NOT,
      COMPLEMENT,
      DEREFERENCE,
      ADDRESS_OF
    }
  }

  /** {@code ++x}, {@code x++}; {@code by} is 1 or -1. */
  record Increment(int position, Expression operand, int by, boolean prefix)
      implements Expression {}

  record Cast(int position, TypeName type, Expression operand) implements Expression {}

  record SizeOfType(int position, TypeName type) implements Expression {}

  record SizeOf(int position, Expression operand) implements Expression {}

  record Binary(int position, BinaryOperator operator, Expression left, Expression right)
      implements Expression {}

  record Conditional(int position, Expression condition, Expression then, Expression otherwise)
      implements Expression {}

  record Comma(int position, Expression left, Expression right) implements Expression {}

  /** {@code target = value}. */
  record Assign(int position, Expression target, Expression value) implements Expression {}

  /** {@code target op= value}. */
  record CompoundAssign(int position, BinaryOperator operator, Expression target, Expression value)
      implements Expression {}
}
