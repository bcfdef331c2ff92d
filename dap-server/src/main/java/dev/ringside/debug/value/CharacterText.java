package dev.ringside.debug.value;

/** Characters as C writes them between quotes. */
final class CharacterText {
  private CharacterText() {}

  static String of(int c, char quote) {
    return of(c, quote, false);
  }

  /** {@code unicode}: whether characters beyond ASCII stand for themselves. */
  static String of(int c, char quote, boolean unicode) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\t' -> "\\t";
      case '\r' -> "\\r";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case 7 -> "\\a";
      case 11 -> "\\v";
      case '\\' -> "\\\\";
      default -> {
        if (c == quote) {
          yield "\\" + quote;
        }
        if (c >= 32 && c < 127 || unicode && c > 160) {
          yield new String(Character.toChars(c));
        }
        yield String.format("\\%03o", c & 0xff);
      }
    };
  }
}
