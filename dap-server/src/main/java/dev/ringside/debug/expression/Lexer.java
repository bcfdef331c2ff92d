package dev.ringside.debug.expression;

import java.util.ArrayList;
import java.util.List;

/** Cuts an expression's text into tokens. */
final class Lexer {
  /** Longest first, so that the first that fits is the right one. */
  private static final List<String> SYMBOLS =
      List.of(
          "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=",
          "-=", "*=", "/=", "%=", "&=", "|=", "^=", "(", ")", "[", "]", ".", ",", "?", ":", "+",
          "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "=", "@");

  private final String text;
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  /** All tokens of the text, the last of kind END. */
  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(text);
    List<Token> tokens = new ArrayList<>();
    Token token;
    do {
      token = lexer.next();
      tokens.add(token);
    } while (token.kind() != Token.Kind.END);
    return tokens;
  }

  private Token next() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    int start = at;
    if (at == text.length()) {
      return new Token(Token.Kind.END, "", start, start);
    }
    char c = text.charAt(at);
    if (Character.isDigit(c) || (c == '.' && digitAt(at + 1))) {
      return number(start);
    }
    if (isNameStart(c)) {
      return new Token(Token.Kind.NAME, name(), start, at);
    }
    if (c == '$') {
      at++;
      String name = name();
      if (name.isEmpty()) {
        throw new ExpressionException.Syntax(start, "a register's name must follow '$'");
      }
      return new Token(Token.Kind.REGISTER, name, start, at);
    }
    if (c == '\'' || c == '"') {
      return quoted(start, c);
    }
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, at)) {
        at += symbol.length();
        return new Token(Token.Kind.SYMBOL, symbol, start, at);
      }
    }
    throw new ExpressionException.Syntax(start, "unexpected character '" + c + "'");
  }

  private boolean digitAt(int index) {
    return index < text.length() && Character.isDigit(text.charAt(index));
  }

  private static boolean isNameStart(char c) {
    return c == '_' || (c < 128 && Character.isLetter(c));
  }

  private String name() {
    int start = at;
    while (at < text.length()
        && (isNameStart(text.charAt(at))
            || Character.isDigit(text.charAt(at))
            || (text.charAt(at) == '$' && at > start))) {
      at++;
    }
    return text.substring(start, at);
  }

  private Token number(int start) {
    boolean hex = text.startsWith("0x", at) || text.startsWith("0X", at);
    boolean floating = false;
    if (hex) {
      at += 2;
    }
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean exponent = !hex && (c == 'e' || c == 'E');
      if (!hex && c == '.' || exponent) {
        floating = true;
      } else if (!Character.isLetterOrDigit(c)
          && !((c == '+' || c == '-') && floating && "eE".indexOf(text.charAt(at - 1)) >= 0)) {
        break;
      }
      at++;
    }
    Token.Kind kind = floating ? Token.Kind.FLOAT : Token.Kind.NUMBER;
    return new Token(kind, text.substring(start, at), start, at);
  }

  private Token quoted(int start, char quote) {
    StringBuilder content = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      content.append(text.charAt(at) == '\\' ? escape() : text.charAt(at++));
    }
    if (at == text.length()) {
      throw new ExpressionException.Syntax(start, "the closing " + quote + " is missing");
    }
    at++;
    if (quote == '"') {
      return new Token(Token.Kind.STRING, content.toString(), start, at);
    }
    if (content.length() != 1) {
      throw new ExpressionException.Syntax(
          start, "a character constant holds one character, not " + content.length());
    }
    return new Token(Token.Kind.CHARACTER, content.toString(), start, at);
  }

  private char escape() {
    int start = at++;
    if (at == text.length()) {
      throw new ExpressionException.Syntax(start, "nothing follows the backslash");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'a' -> 7;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'v' -> 11;
      case 'e' -> 27;
      case '\\', '\'', '"', '?' -> c;
      case 'x' -> {
        int value = 0;
        while (at < text.length() && Character.digit(text.charAt(at), 16) >= 0) {
          value = value * 16 + Character.digit(text.charAt(at++), 16);
        }
        yield (char) (value & 0xff);
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int value = c - '0';
        for (int i = 0; i < 2 && at < text.length(); i++) {
          int digit = Character.digit(text.charAt(at), 8);
          if (digit < 0) {
            break;
          }
          value = value * 8 + digit;
          at++;
        }
        yield (char) (value & 0xff);
      }
      default -> throw new ExpressionException.Syntax(start, "unknown escape '\\" + c + "'");
    };
  }
}
