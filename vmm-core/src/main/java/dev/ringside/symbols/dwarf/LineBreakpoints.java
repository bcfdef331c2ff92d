package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.model.LineMatch;
import dev.ringside.symbols.model.LineRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Narrows a line's rows down to where a breakpoint on it belongs, as GDB does (linespec.c,
 * create_sals_line_offset): one for each block that the line is in, and on a function's first line
 * behind its prologue.
 */
final class LineBreakpoints {
  private LineBreakpoints() {}

  static LineMatch narrow(DwarfReader reader, LineMatch match) {
    Set<Long> blocks = new HashSet<>();
    Set<Long> addresses = new HashSet<>();
    List<LineRow> kept = new ArrayList<>();
    for (LineRow row : match.rows()) {
      List<Activation> activations = reader.activations.at(row.address());
      LineRow place = row;
      if (!activations.isEmpty()) {
        Activation innermost = activations.getFirst();
        if (!blocks.add(innermost.innermostBlock().offset)) {
          continue;
        }
        Function function = innermost.function();
        if (function.entryPc() == row.address()) {
          Optional<LineRow> behind = reader.lines.at(function.breakpointAddress());
          place = behind.orElse(row);
        }
      }
      if (addresses.add(place.address())) {
        kept.add(place);
      }
    }
    int line = kept.isEmpty() ? match.line() : kept.getFirst().line();
    return new LineMatch(match.requestedLine(), line, kept);
  }
}
