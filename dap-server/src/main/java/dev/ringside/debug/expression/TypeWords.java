package dev.ringside.debug.expression;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The type specifiers of C as written, and the one name that compilers put into DWARF for them. */
final class TypeWords {
  private static final Set<String> SPECIFIERS =
      Set.of(
          "void",
          "char",
          "short",
          "int",
          "long",
          "float",
          "double",
          "signed",
          "unsigned",
          "_Bool",
          "bool",
          "struct",
          "union",
          "enum");
  private static final Set<String> QUALIFIERS =
      Set.of("const", "volatile", "restrict", "__restrict", "_Atomic");

  private final List<String> words = new ArrayList<>();

  static boolean isTypeWord(String word) {
    return SPECIFIERS.contains(word) || QUALIFIERS.contains(word);
  }

  static boolean isQualifier(String word) {
    return QUALIFIERS.contains(word);
  }

  boolean isEmpty() {
    return words.isEmpty();
  }

  void add(Token token) {
    words.add(token.text());
  }

  /** {@code long unsigned} and {@code unsigned long int} are both {@code unsigned long}. */
  String canonicalName(int position) {
    int longs = Collections.frequency(words, "long");
    boolean unsigned = words.contains("unsigned");
    boolean signed = words.contains("signed");
    List<String> rest = new ArrayList<>(words);
    rest.removeAll(List.of("long", "unsigned", "signed", "int"));
    String base = rest.isEmpty() ? "" : rest.getFirst();
    if (rest.size() > 1 || longs > 2 || (unsigned && signed)) {
      throw new ExpressionException.Syntax(
          position, "'" + String.join(" ", words) + "' is no type");
    }
    String sign = unsigned ? "unsigned " : "";
    return switch (base) {
      case "" -> sign + (longs == 2 ? "long long" : longs == 1 ? "long" : "int");
      case "char" -> signed ? "signed char" : sign + "char";
      case "short" -> sign + "short";
      case "double" -> longs > 0 ? "long double" : "double";
      case "bool" -> "_Bool";
      default -> base;
    };
  }
}
