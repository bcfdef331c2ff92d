package dev.ringside.debug.expression;

import dev.ringside.debug.expression.Expression.Assign;
import dev.ringside.debug.expression.Expression.Binary;
import dev.ringside.debug.expression.Expression.Call;
import dev.ringside.debug.expression.Expression.Cast;
import dev.ringside.debug.expression.Expression.CharacterLiteral;
import dev.ringside.debug.expression.Expression.Comma;
import dev.ringside.debug.expression.Expression.CompoundAssign;
import dev.ringside.debug.expression.Expression.Conditional;
import dev.ringside.debug.expression.Expression.FloatLiteral;
import dev.ringside.debug.expression.Expression.Increment;
import dev.ringside.debug.expression.Expression.Index;
import dev.ringside.debug.expression.Expression.IntegerLiteral;
import dev.ringside.debug.expression.Expression.Member;
import dev.ringside.debug.expression.Expression.Name;
import dev.ringside.debug.expression.Expression.RegisterName;
import dev.ringside.debug.expression.Expression.Repeat;
import dev.ringside.debug.expression.Expression.SizeOf;
import dev.ringside.debug.expression.Expression.SizeOfType;
import dev.ringside.debug.expression.Expression.Slice;
import dev.ringside.debug.expression.Expression.StringLiteral;
import dev.ringside.debug.expression.Expression.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Recursive descent over C's expression grammar (C17, 6.5), with precedence climbing. */
final class Parser {
  private static final int MAX_DEPTH = 200;

  private final List<Token> tokens;
  private final Predicate<String> isTypedef;
  private int at;
  private int depth;

  private Parser(String text, Predicate<String> isTypedef) {
    this.tokens = Lexer.tokens(text);
    this.isTypedef = isTypedef;
  }

  /**
   * Parses a whole text.
   *
   * @param isTypedef whether a name is a type's, which decides between a cast and parentheses
   */
  static Expression parse(String text, Predicate<String> isTypedef) {
    Parser parser = new Parser(text, isTypedef);
    if (parser.peek().kind() == Token.Kind.END) {
      throw new ExpressionException.Syntax(0, "the expression is empty");
    }
    Expression expression = parser.comma();
    Token rest = parser.peek();
    if (rest.kind() != Token.Kind.END) {
      throw new ExpressionException.Syntax(
          rest.position(), "unexpected '" + text.substring(rest.position(), rest.end()) + "'");
    }
    return expression;
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token take() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  private boolean accept(String symbol) {
    if (peek().is(symbol)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String symbol) {
    Token token = peek();
    if (!accept(symbol)) {
      throw new ExpressionException.Syntax(
          token.position(), "'" + symbol + "' expected" + found(token));
    }
  }

  private static String found(Token token) {
    return token.kind() == Token.Kind.END ? " at the end" : " instead of '" + token.text() + "'";
  }

  private Expression comma() {
    Expression left = assignment();
    while (peek().is(",")) {
      int position = take().position();
      left = new Comma(position, left, assignment());
    }
    return left;
  }

  private Expression assignment() {
    if (++depth > MAX_DEPTH) {
      throw new ExpressionException.Syntax(
          peek().position(), "the expression is nested more than " + MAX_DEPTH + " deep");
    }
    try {
      Expression left = conditional();
      Token token = peek();
      if (token.is("=")) {
        take();
        return new Assign(token.position(), left, assignment());
      }
      if (token.kind() == Token.Kind.SYMBOL && token.text().endsWith("=")) {
        BinaryOperator operator = binary(token.text().substring(0, token.text().length() - 1));
        if (operator != null && operator(token) == null) {
          take();
          return new CompoundAssign(token.position(), operator, left, assignment());
        }
      }
      return left;
    } finally {
      depth--;
    }
  }

  private Expression conditional() {
    Expression condition = binary(0);
    Token token = peek();
    if (!accept("?")) {
      return condition;
    }
    Expression then = comma();
    expect(":");
    return new Conditional(token.position(), condition, then, assignment());
  }

  private static @Nullable BinaryOperator binary(String symbol) {
    for (BinaryOperator operator : BinaryOperator.values()) {
      if (operator.symbol.equals(symbol)) {
        return operator;
      }
    }
    return null;
  }

  private static @Nullable BinaryOperator operator(Token token) {
    return token.kind() == Token.Kind.SYMBOL ? binary(token.text()) : null;
  }

  private Expression binary(int above) {
    Expression left = repeat();
    while (true) {
      Token token = peek();
      BinaryOperator operator = operator(token);
      if (operator == null || operator.precedence <= above) {
        return left;
      }
      take();
      left = new Binary(token.position(), operator, left, binary(operator.precedence));
    }
  }

  private Expression repeat() {
    Expression base = unary();
    while (peek().is("@")) {
      int position = take().position();
      base = new Repeat(position, base, unary());
    }
    return base;
  }

  private Expression unary() {
    if (++depth > MAX_DEPTH) {
      throw new ExpressionException.Syntax(
          peek().position(), "the expression is nested more than " + MAX_DEPTH + " deep");
    }
    try {
      return unaryHere();
    } finally {
      depth--;
    }
  }

  private Expression unaryHere() {
    Token token = peek();
    int position = token.position();
    if (token.kind() == Token.Kind.SYMBOL) {
      Unary.Operator operator =
          switch (token.text()) {
            case "+" -> Unary.Operator.PLUS;
            case "-" -> Unary.Operator.MINUS;
            case "!" -> Unary.Operator.NOT;
            case "~" -> Unary.Operator.COMPLEMENT;
            case "*" -> Unary.Operator.DEREFERENCE;
            case "&" -> Unary.Operator.ADDRESS_OF;
            default -> null;
          };
      if (operator != null) {
        take();
        return new Unary(position, operator, unary());
      }
      if (token.is("++") || token.is("--")) {
        take();
        return new Increment(position, unary(), token.is("++") ? 1 : -1, true);
      }
      if (token.is("(") && startsType(tokens.get(at + 1))) {
        take();
        TypeName type = typeName();
        expect(")");
        return new Cast(position, type, unary());
      }
    }
    if (token.isName("sizeof")) {
      take();
      if (peek().is("(") && startsType(tokens.get(at + 1))) {
        take();
        TypeName type = typeName();
        expect(")");
        return new SizeOfType(position, type);
      }
      return new SizeOf(position, unary());
    }
    return postfix();
  }

  private Expression postfix() {
    Expression base = primary();
    while (true) {
      Token token = peek();
      int position = token.position();
      if (accept("[")) {
        Expression index = comma();
        if (accept(":")) {
          base = new Slice(position, base, index, comma());
        } else {
          base = new Index(position, base, index);
        }
        expect("]");
      } else if (token.is(".") || token.is("->")) {
        take();
        Token name = take();
        if (name.kind() != Token.Kind.NAME) {
          throw new ExpressionException.Syntax(
              name.position(), "a member's name expected" + found(name));
        }
        base = new Member(name.position(), base, name.text(), token.is("->"));
      } else if (token.is("++") || token.is("--")) {
        take();
        base = new Increment(position, base, token.is("++") ? 1 : -1, false);
      } else if (token.is("(")) {
        if (!(base instanceof Name function)) {
          throw new ExpressionException.Syntax(
              position, "functions of the guest cannot be called from an expression");
        }
        base = new Call(function.position(), function.name(), arguments());
      } else {
        return base;
      }
    }
  }

  private List<Expression> arguments() {
    expect("(");
    List<Expression> arguments = new ArrayList<>();
    if (accept(")")) {
      return arguments;
    }
    do {
      arguments.add(assignment());
    } while (accept(","));
    expect(")");
    return arguments;
  }

  private Expression primary() {
    Token token = take();
    int position = token.position();
    return switch (token.kind()) {
      case NUMBER -> integer(token);
      case FLOAT -> floating(token);
      case CHARACTER -> new CharacterLiteral(position, token.text().charAt(0));
      case STRING -> new StringLiteral(position, token.text());
      case NAME -> new Name(position, token.text());
      case REGISTER -> new RegisterName(position, token.text());
      case SYMBOL -> {
        if (!token.is("(")) {
          throw new ExpressionException.Syntax(position, "unexpected '" + token.text() + "'");
        }
        Expression inner = comma();
        expect(")");
        yield inner;
      }
      case END ->
          throw new ExpressionException.Syntax(
              position, "the expression ends where a value should stand");
    };
  }

  private static IntegerLiteral integer(Token token) {
    String text = token.text();
    int end = text.length();
    boolean unsigned = false;
    boolean isLong = false;
    while (end > 1 && "uUlL".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
      unsigned |= "uU".indexOf(text.charAt(end)) >= 0;
      isLong |= "lL".indexOf(text.charAt(end)) >= 0;
    }
    String digits = text.substring(0, end);
    int base = 10;
    if (digits.startsWith("0x") || digits.startsWith("0X")) {
      base = 16;
      digits = digits.substring(2);
    } else if (digits.startsWith("0b") || digits.startsWith("0B")) {
      base = 2;
      digits = digits.substring(2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      base = 8;
      digits = digits.substring(1);
    }
    try {
      long value = Long.parseUnsignedLong(digits, base);
      return new IntegerLiteral(token.position(), value, unsigned, isLong, base == 10);
    } catch (NumberFormatException e) {
      throw new ExpressionException.Syntax(
          token.position(), "'" + text + "' is no number of at most 64 bits");
    }
  }

  private static FloatLiteral floating(Token token) {
    String text = token.text();
    boolean single = text.endsWith("f") || text.endsWith("F");
    try {
      String digits =
          single || text.endsWith("L") || text.endsWith("l")
              ? text.substring(0, text.length() - 1)
              : text;
      return new FloatLiteral(token.position(), Double.parseDouble(digits), single);
    } catch (NumberFormatException e) {
      throw new ExpressionException.Syntax(token.position(), "'" + text + "' is no number");
    }
  }

  private boolean startsType(Token token) {
    return token.kind() == Token.Kind.NAME
        && (TypeWords.isTypeWord(token.text()) || isTypedef.test(token.text()));
  }

  private TypeName typeName() {
    int position = peek().position();
    TypeName.Kind kind = TypeName.Kind.BASE;
    String name = "";
    TypeWords words = new TypeWords();
    while (peek().kind() == Token.Kind.NAME) {
      Token token = peek();
      if (token.isName("struct") || token.isName("union") || token.isName("enum")) {
        take();
        kind = TypeName.Kind.valueOf(token.text().toUpperCase(java.util.Locale.ROOT));
        Token tag = take();
        if (tag.kind() != Token.Kind.NAME) {
          throw new ExpressionException.Syntax(
              tag.position(), "a tag must follow '" + token.text() + "'");
        }
        name = tag.text();
      } else if (TypeWords.isQualifier(token.text())) {
        take();
      } else if (TypeWords.isTypeWord(token.text())) {
        take();
        words.add(token);
      } else if (name.isEmpty() && words.isEmpty() && isTypedef.test(token.text())) {
        take();
        kind = TypeName.Kind.TYPEDEF;
        name = token.text();
      } else {
        break;
      }
    }
    if (kind == TypeName.Kind.BASE) {
      name = words.canonicalName(position);
    }
    int pointers = 0;
    while (peek().is("*")
        || (peek().kind() == Token.Kind.NAME && TypeWords.isQualifier(peek().text()))) {
      pointers += take().is("*") ? 1 : 0;
    }
    List<Long> dimensions = new ArrayList<>();
    while (accept("[")) {
      Token size = take();
      if (size.kind() != Token.Kind.NUMBER) {
        throw new ExpressionException.Syntax(
            size.position(), "an array's size expected" + found(size));
      }
      dimensions.add(integer(size).value());
      expect("]");
    }
    return new TypeName(position, kind, name, pointers, dimensions);
  }
}
