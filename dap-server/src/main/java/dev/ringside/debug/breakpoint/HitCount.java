package dev.ringside.debug.breakpoint;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** At which of its hits a breakpoint stops: {@code 5}, {@code >= 5}, {@code % 3}. Immutable. */
public record HitCount(Comparison comparison, long number) {
  private static final Pattern FORM = Pattern.compile("\\s*(==?|>=?|<=?|%)?\\s*(\\d{1,18})\\s*");

  /** How the count of hits is compared. */
  public enum Comparison {
    EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    MULTIPLE
  }

  /** Reads what a user wrote; empty if it has none of the forms. */
  public static Optional<HitCount> parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(m.group(2));
    String operator = m.group(1) == null ? "==" : m.group(1);
    if (operator.equals("%") && number == 0) {
      return Optional.empty();
    }
    Comparison comparison =
        switch (operator) {
          case ">" -> Comparison.GREATER;
          case ">=" -> Comparison.GREATER_OR_EQUAL;
          case "<" -> Comparison.LESS;
          case "<=" -> Comparison.LESS_OR_EQUAL;
          case "%" -> Comparison.MULTIPLE;
          default -> Comparison.EQUAL;
        };
    return Optional.of(new HitCount(comparison, number));
  }

  /** Whether the breakpoint stops at its hit of that number, counted from 1. */
  public boolean stopsAt(long hit) {
    return switch (comparison) {
      case EQUAL -> hit == number;
      case GREATER -> hit > number;
      case GREATER_OR_EQUAL -> hit >= number;
      case LESS -> hit < number;
      case LESS_OR_EQUAL -> hit <= number;
      case MULTIPLE -> hit % number == 0;
    };
  }
}
