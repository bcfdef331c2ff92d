package dev.ringside.symbols.model;

import java.util.List;

/**
 * Where a source line's code is.
 *
 * @param requestedLine the line that was asked for
 * @param line the line found: the requested one, or the nearest after it that has code
 * @param rows the first row of each contiguous run of the line's code, is_stmt rows where there are
 *     any, by address; several where the line was inlined, unrolled or split
 */
public record LineMatch(int requestedLine, int line, List<LineRow> rows) {
  public LineMatch {
    rows = List.copyOf(rows);
  }

  /** Whether a breakpoint on the requested line ends up on another. */
  public boolean moved() {
    return line != requestedLine;
  }
}
