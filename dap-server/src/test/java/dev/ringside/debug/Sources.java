package dev.ringside.debug;

import dev.ringside.samples.SampleGuests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Source files of the samples, by what their lines say: line numbers move, code rarely does. */
final class Sources {
  static final Path HELLO = SampleGuests.directory().resolve("hello/hello.c");

  private Sources() {}

  /** The number of the first line that holds the text. */
  static int lineOf(Path file, String text) {
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).contains(text)) {
          return i + 1;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("no line of " + file + " holds '" + text + "'");
  }

  static int hello(String text) {
    return lineOf(HELLO, text);
  }
}
