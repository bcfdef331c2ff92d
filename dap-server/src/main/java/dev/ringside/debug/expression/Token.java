package dev.ringside.debug.expression;

/**
 * One token.
 *
 * @param kind what it is
 * @param text as written; for strings and characters the decoded content
 * @param position offset of its first character
 * @param end offset behind its last character
 */
record Token(Kind kind, String text, int position, int end) {
  enum Kind {
    NUMBER,
    FLOAT,
    CHARACTER,
    STRING,
    NAME,
    REGISTER,
    SYMBOL,
    END
  }

  boolean is(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }
}
