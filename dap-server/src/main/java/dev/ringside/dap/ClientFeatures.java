package dev.ringside.dap;

import java.util.Objects;
import java.util.Set;
import org.eclipse.lsp4j.debug.InitializeRequestArguments;
import org.jspecify.annotations.Nullable;

/**
 * What the client said of itself at {@code initialize}.
 *
 * @param linesFrom0 whether it counts lines from 0
 * @param columnsFrom0 whether it counts columns from 0
 * @param consoleWithoutContext whether an {@code evaluate} without context was typed by a person:
 *     Helix never names one, Eclipse leaves it out for its watch expressions
 * @param standardEventsOnly whether it logs a warning for each event that DAP does not have, so
 *     that ours come only when asked for
 */
record ClientFeatures(
    boolean linesFrom0,
    boolean columnsFrom0,
    boolean invalidatedEvent,
    boolean memoryEvent,
    boolean progress,
    boolean consoleWithoutContext,
    boolean standardEventsOnly) {
  private static final String HELIX = "hx";

  private static final Set<String> PEDANTIC =
      Set.of("neovim", "lsp4e.debug", "lsp4ij.debug", HELIX);

  /** What DAP assumes of a client that says nothing. */
  static final ClientFeatures PLAIN =
      new ClientFeatures(false, false, false, false, false, false, false);

  static ClientFeatures of(InitializeRequestArguments said) {
    return new ClientFeatures(
        Objects.equals(said.getLinesStartAt1(), false),
        Objects.equals(said.getColumnsStartAt1(), false),
        is(said.getSupportsInvalidatedEvent()),
        is(said.getSupportsMemoryEvent()),
        is(said.getSupportsProgressReporting()),
        HELIX.equals(said.getClientID()),
        said.getClientID() != null && PEDANTIC.contains(said.getClientID()));
  }

  static boolean is(@Nullable Boolean flag) {
    return flag != null && flag;
  }

  int toClientLine(int line) {
    return linesFrom0 ? Math.max(0, line - 1) : line;
  }

  int fromClientLine(int line) {
    return linesFrom0 ? line + 1 : line;
  }

  int toClientColumn(int column) {
    return columnsFrom0 ? Math.max(0, column - 1) : column;
  }

  int fromClientColumn(int column) {
    return columnsFrom0 ? column + 1 : column;
  }
}
