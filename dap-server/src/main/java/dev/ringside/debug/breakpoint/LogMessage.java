package dev.ringside.debug.breakpoint;

import dev.ringside.debug.expression.CompiledExpression;
import dev.ringside.debug.expression.Environment;
import dev.ringside.debug.expression.ExpressionException;
import dev.ringside.debug.expression.NameScope;
import dev.ringside.debug.value.Formatter;
import java.util.ArrayList;
import java.util.List;

/** A text with expressions in braces; a backslash before a brace makes it text. Immutable. */
final class LogMessage {
  private sealed interface Part {
    record Text(String text) implements Part {}

    record Inserted(CompiledExpression expression) implements Part {}
  }

  private final List<Part> parts;
  private final Formatter formatter;

  private LogMessage(List<Part> parts, Formatter formatter) {
    this.parts = parts;
    this.formatter = formatter;
  }

  /**
   * Compiles the expressions of a message.
   *
   * @throws ExpressionException if one of them is none, or a brace is not closed
   */
  static LogMessage compile(String message, NameScope scope, Formatter formatter) {
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < message.length()) {
      char c = message.charAt(at);
      if (c == '\\' && at + 1 < message.length() && "{}\\".indexOf(message.charAt(at + 1)) >= 0) {
        text.append(message.charAt(at + 1));
        at += 2;
      } else if (c == '{') {
        int end = message.indexOf('}', at);
        if (end < 0) {
          throw new ExpressionException.Syntax(at, "the brace is not closed");
        }
        parts.add(new Part.Text(text.toString()));
        text.setLength(0);
        parts.add(
            new Part.Inserted(CompiledExpression.compile(message.substring(at + 1, end), scope)));
        at = end + 1;
      } else {
        text.append(c);
        at++;
      }
    }
    parts.add(new Part.Text(text.toString()));
    return new LogMessage(List.copyOf(parts), formatter);
  }

  /** The text now; an expression without value shows its reason. */
  String text(Environment environment) {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Text t -> out.append(t.text());
        case Part.Inserted i -> {
          try {
            out.append(formatter.text(environment.view(), i.expression().value(environment)));
          } catch (ExpressionException e) {
            out.append('<').append(e.getMessage()).append('>');
          }
        }
      }
    }
    return out.toString();
  }
}
