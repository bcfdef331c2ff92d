package dev.ringside.dap;

import java.nio.file.Path;

/** The attribute {@code serial}: where a launched guest's COM1 goes. */
sealed interface SerialMode {
  /** Output events of category {@code stdout}. */
  record OutputEvents() implements SerialMode {}

  /** {@code ringside/serialOutput} events. */
  record SerialEvents() implements SerialMode {}

  /** A file, overwritten. */
  record ToFile(Path file) implements SerialMode {}

  /** Nowhere. */
  record Null() implements SerialMode {}

  static SerialMode of(Attributes attributes, Path base) {
    String text = attributes.text("serial").orElse("output");
    return switch (text) {
      case "output" -> new OutputEvents();
      case "events" -> new SerialEvents();
      case "null" -> new Null();
      default -> {
        if (text.startsWith("file:") && text.length() > 5) {
          yield new ToFile(Attributes.path(text.substring(5), base));
        }
        throw Attributes.wrong("serial", "output, events, file:F or null", text);
      }
    };
  }
}
