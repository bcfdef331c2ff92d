package dev.ringside.cli;

/** Colour on a terminal, plain text elsewhere. Honours NO_COLOR. */
final class Paint {
  private final boolean on;

  private Paint(boolean on) {
    this.on = on;
  }

  /** For standard output. */
  static Paint forTerminal() {
    return new Paint(Terminal.colourOnStandardOutput());
  }

  String bold(String text) {
    return style("1", text);
  }

  String dim(String text) {
    return style("2", text);
  }

  String green(String text) {
    return style("32", text);
  }

  String yellow(String text) {
    return style("33", text);
  }

  String blue(String text) {
    return style("1;34", text);
  }

  String cyan(String text) {
    return style("36", text);
  }

  private String style(String code, String text) {
    return on ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
