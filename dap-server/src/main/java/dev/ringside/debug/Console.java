package dev.ringside.debug;

/** The debug console: commands by their first word, anything else is an expression. */
final class Console {
  private final DebugSession session;

  Console(DebugSession session) {
    this.session = session;
  }

  ConsoleResult run(String line, int frameId) {
    String text = line.strip();
    String expression = text.startsWith("=") ? text.substring(1) : text;
    Shown shown = session.evaluate(expression, frameId, EvaluationMode.CONSOLE, false);
    return new ConsoleResult(shown.line().value(), shown);
  }
}
