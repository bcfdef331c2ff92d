package dev.ringside.debug.expression;

/** The binary operators of C with their precedence (C17, 6.5.5 to 6.5.14): higher binds tighter. */
enum BinaryOperator {
  MULTIPLY("*", 10),
  DIVIDE("/", 10),
  REMAINDER("%", 10),
  ADD("+", 9),
  SUBTRACT("-", 9),
  SHIFT_LEFT("<<", 8),
  SHIFT_RIGHT(">>", 8),
  LESS("<", 7),
  GREATER(">", 7),
  LESS_OR_EQUAL("<=", 7),
  GREATER_OR_EQUAL(">=", 7),
  EQUAL("==", 6),
  NOT_EQUAL("!=", 6),
  AND("&", 5),
  EXCLUSIVE_OR("^", 4),
  OR("|", 3),
  LOGICAL_AND("&&", 2),
  LOGICAL_OR("||", 1);

  final String symbol;
  final int precedence;

  BinaryOperator(String symbol, int precedence) {
    this.symbol = symbol;
    this.precedence = precedence;
  }

  boolean isComparison() {
    return precedence == 6 || precedence == 7;
  }
}
