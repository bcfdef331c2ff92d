package dev.ringside.debug.program;

import dev.ringside.symbols.model.SourceFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which prefix of DWARF's paths is which prefix of the user's, in both directions; the longest
 * prefix wins. Immutable.
 */
public final class SourceMap {
  /** Every path is what DWARF says. */
  public static final SourceMap NONE = new SourceMap(Map.of());

  private final List<Map.Entry<String, String>> prefixes;

  /** DWARF's prefixes to the user's. */
  public SourceMap(Map<String, String> prefixes) {
    Map<String, String> normal = new LinkedHashMap<>();
    prefixes.forEach((from, to) -> normal.put(trimmed(from), trimmed(to)));
    this.prefixes = List.copyOf(normal.entrySet());
  }

  private static String trimmed(String path) {
    String normal = SourceFile.normalize(path);
    return normal.length() > 1 && normal.endsWith("/")
        ? normal.substring(0, normal.length() - 1)
        : normal;
  }

  /** The path on the user's machine for DWARF's. */
  public String toUser(String dwarfPath) {
    return replaced(dwarfPath, true);
  }

  /** DWARF's path for one of the user's. */
  public String toDwarf(String userPath) {
    return replaced(SourceFile.normalize(userPath), false);
  }

  private String replaced(String path, boolean toUser) {
    List<Map.Entry<String, String>> byLength = new ArrayList<>(prefixes);
    byLength.sort(Comparator.comparingInt(e -> -(toUser ? e.getKey() : e.getValue()).length()));
    for (Map.Entry<String, String> entry : byLength) {
      String from = toUser ? entry.getKey() : entry.getValue();
      String to = toUser ? entry.getValue() : entry.getKey();
      boolean whole =
          path.startsWith(from)
              && (path.length() == from.length()
                  || from.endsWith("/")
                  || path.charAt(from.length()) == '/');
      if (whole) {
        return to + path.substring(from.length());
      }
    }
    return path;
  }
}
