package dev.ringside.vmm.vmx;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** How a name that a person typed is compared with the names in a table. */
final class FieldNames {
  private static final int OFFERED = 3;

  private FieldNames() {}

  static String normalized(String name) {
    return name.strip()
        .toUpperCase(Locale.ROOT)
        .replace('-', '_')
        .replace('/', '_')
        .replace(' ', '_');
  }

  /**
   * The {@value #OFFERED} names nearest to this one: those that contain it first, then by edit
   * distance, then in alphabetical order.
   */
  static List<String> nearest(String name, Collection<String> names) {
    String wanted = normalized(name);
    record Candidate(String name, boolean contains, int distance) {}
    return names.stream()
        .map(
            known ->
                new Candidate(
                    known,
                    wanted.length() >= 2 && known.contains(wanted),
                    editDistance(wanted, known)))
        .sorted(
            Comparator.comparing((Candidate candidate) -> !candidate.contains())
                .thenComparingInt(Candidate::distance)
                .thenComparing(Candidate::name))
        .limit(OFFERED)
        .map(Candidate::name)
        .toList();
  }

  /** Insertions, deletions, substitutions and swaps of neighbours between two names. */
  static int editDistance(String from, String to) {
    int[][] distance = new int[from.length() + 1][to.length() + 1];
    for (int row = 0; row <= from.length(); row++) {
      for (int column = 0; column <= to.length(); column++) {
        if (row == 0 || column == 0) {
          distance[row][column] = row + column;
          continue;
        }
        int substitution = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
        int best =
            Math.min(
                Math.min(distance[row - 1][column], distance[row][column - 1]) + 1,
                distance[row - 1][column - 1] + substitution);
        boolean swapped =
            row > 1
                && column > 1
                && from.charAt(row - 1) == to.charAt(column - 2)
                && from.charAt(row - 2) == to.charAt(column - 1);
        distance[row][column] = swapped ? Math.min(best, distance[row - 2][column - 2] + 1) : best;
      }
    }
    return distance[from.length()][to.length()];
  }
}
