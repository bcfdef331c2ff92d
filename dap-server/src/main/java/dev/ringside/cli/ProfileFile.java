package dev.ringside.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a profile goes; the file's name says in which form. */
sealed interface ProfileFile {
  Path path();

  /** A JFR recording: {@code F.jfr}. */
  record Recording(Path path) implements ProfileFile {}

  /** The aggregate: {@code F.json}, {@code F.ringside.json}. */
  record Json(Path path) implements ProfileFile {}

  /** The aggregate in the trap-cost page: {@code F.html}. */
  record Html(Path path) implements ProfileFile {}

  /**
   * Finds out early that the file cannot be written.
   *
   * @throws CommandFailure if so
   */
  default void check() {
    Path folder = path().toAbsolutePath().getParent();
    if (Files.isDirectory(path())
        || folder == null
        || !Files.isDirectory(folder)
        || !Files.isWritable(Files.exists(path()) ? path() : folder)) {
      throw new CommandFailure(Ringside.BAD_FILE, "the profile cannot be written: " + path());
    }
  }

  /** By the name's end. */
  final class Converter implements ITypeConverter<ProfileFile> {
    @Override
    public ProfileFile convert(String text) {
      if (text.endsWith(".jfr")) {
        return new Recording(Path.of(text));
      }
      if (text.endsWith(".json")) {
        return new Json(Path.of(text));
      }
      if (text.endsWith(".html")) {
        return new Html(Path.of(text));
      }
      throw new TypeConversionException(
          "'" + text + "' ends in none of .jfr, .json, .ringside.json and .html");
    }
  }
}
