package dev.ringside.cli;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where the guest's COM1 goes. */
sealed interface SerialSpec {
  /** Standard output, with standard input feeding COM1. */
  record Stdio() implements SerialSpec {}

  /** A file, overwritten; nothing feeds COM1. */
  record ToFile(Path path) implements SerialSpec {}

  /** Nowhere. */
  record Null() implements SerialSpec {}

  /** {@code stdio}, {@code file:F} or {@code null}. */
  final class Converter implements ITypeConverter<SerialSpec> {
    @Override
    public SerialSpec convert(String text) {
      if (text.equals("stdio")) {
        return new Stdio();
      }
      if (text.equals("null")) {
        return new Null();
      }
      if (text.startsWith("file:") && text.length() > 5) {
        return new ToFile(Path.of(text.substring(5)));
      }
      throw new TypeConversionException("'" + text + "' is not stdio, file:F or null");
    }
  }
}
