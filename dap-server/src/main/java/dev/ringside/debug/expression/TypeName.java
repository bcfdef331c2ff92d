package dev.ringside.debug.expression;

import java.util.List;

/**
 * A type as written in a cast or {@code sizeof}.
 *
 * @param position where it begins
 * @param kind what sort of name
 * @param name the tag, typedef or canonical name of the base type ({@code unsigned int})
 * @param pointers how many {@code *} follow
 * @param dimensions array dimensions, outermost first
 */
record TypeName(int position, Kind kind, String name, int pointers, List<Long> dimensions) {
  enum Kind {
    BASE,
    STRUCT,
    UNION,
    ENUM,
    TYPEDEF
  }

  TypeName {
    dimensions = List.copyOf(dimensions);
  }
}
