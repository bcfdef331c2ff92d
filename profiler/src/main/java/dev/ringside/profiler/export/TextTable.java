package dev.ringside.profiler.export;

import java.util.ArrayList;
import java.util.List;

/** A table in columns as wide as their widest cell. */
final class TextTable {
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  /** A column: numbers go to its right edge. */
  record Column(String title, boolean right) {
    static Column number(String title) {
      return new Column(title, true);
    }

    static Column text(String title) {
      return new Column(title, false);
    }
  }

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(Column... columns) {
    this.columns = List.of(columns);
  }

  void row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns.size());
    }
    rows.add(List.of(cells));
  }

  /** The lines, indented by two; columns that are empty throughout are left out. */
  String format(boolean colour) {
    int[] widths = new int[columns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (int i = 0; i < widths.length; i++) {
      widths[i] = widths[i] == 0 ? 0 : Math.max(widths[i], columns.get(i).title.length());
    }
    StringBuilder out = new StringBuilder();
    String titles = line(columns.stream().map(Column::title).toList(), widths);
    out.append(colour ? BOLD + titles + PLAIN : titles).append('\n');
    rows.forEach(row -> out.append(line(row, widths)).append('\n'));
    return out.toString();
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] > 0) {
        String padding = " ".repeat(Math.max(0, widths[i] - cells.get(i).length()));
        boolean right = columns.get(i).right;
        line.append("  ");
        line.append(right ? padding + cells.get(i) : cells.get(i) + padding);
      }
    }
    return line.toString().stripTrailing();
  }
}
