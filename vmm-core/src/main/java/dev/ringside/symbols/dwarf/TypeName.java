package dev.ringside.symbols.dwarf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A type's name taken apart: which kinds of definition it may mean. */
record TypeName(NameScan.Kind kind, String name) {

  /** The meanings to try, in order. */
  static List<TypeName> parse(String text) {
    List<String> words = new ArrayList<>(Arrays.asList(text.trim().split("\\s+", -1)));
    words.removeIf(word -> word.equals("const") || word.equals("volatile"));
    String name = String.join(" ", words);
    if (words.size() == 2) {
      String tag = words.getLast();
      switch (words.getFirst()) {
        case "struct", "class" -> {
          return List.of(new TypeName(NameScan.Kind.STRUCT, tag));
        }
        case "union" -> {
          return List.of(new TypeName(NameScan.Kind.UNION, tag));
        }
        case "enum" -> {
          return List.of(new TypeName(NameScan.Kind.ENUM, tag));
        }
        default -> {
          // unsigned int, or a name that is none
        }
      }
    }
    List<TypeName> meanings = new ArrayList<>();
    for (String spelling : baseSpellings(words, name)) {
      meanings.add(new TypeName(NameScan.Kind.BASE, spelling));
    }
    if (words.size() == 1) {
      meanings.addFirst(new TypeName(NameScan.Kind.TYPEDEF, name));
      meanings.add(new TypeName(NameScan.Kind.STRUCT, name));
      meanings.add(new TypeName(NameScan.Kind.UNION, name));
      meanings.add(new TypeName(NameScan.Kind.ENUM, name));
    }
    return meanings;
  }

  /** A C integer type has many spellings; compilers write one (GCC's and Clang's differ). */
  private static List<String> baseSpellings(List<String> words, String name) {
    List<String> known = List.of("signed", "unsigned", "short", "long", "int", "char");
    if (!known.containsAll(words)) {
      return List.of(name);
    }
    boolean unsigned = words.contains("unsigned");
    long longs = words.stream().filter("long"::equals).count();
    if (words.contains("char")) {
      return words.size() == 1
          ? List.of("char")
          : List.of(unsigned ? "unsigned char" : "signed char");
    }
    if (words.contains("short")) {
      return unsigned
          ? List.of("short unsigned int", "unsigned short")
          : List.of("short int", "short");
    }
    if (longs == 2) {
      return unsigned
          ? List.of("long long unsigned int", "unsigned long long")
          : List.of("long long int", "long long");
    }
    if (longs == 1) {
      return unsigned ? List.of("long unsigned int", "unsigned long") : List.of("long int", "long");
    }
    return List.of(unsigned ? "unsigned int" : "int");
  }
}
