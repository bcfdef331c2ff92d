package dev.ringside.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code run} that watch the guest. */
final class ObservationOptions {
  @Option(
      names = "--stats",
      description = "Prints at the end what VM exits and ring transitions cost.")
  boolean stats;

  @Option(
      names = "--profile",
      paramLabel = "F.jfr|F.json|F.html",
      converter = ProfileFile.Converter.class,
      description = "Writes a profile: a JFR recording, the totals as JSON, or a page to look at.")
  @Nullable ProfileFile profile;

  @Option(
      names = "--trace",
      paramLabel = "exits,exceptions,rings",
      split = ",",
      description = "Prints a line for each VM exit, exception or interrupt, ring transition.")
  Set<TraceKind> trace = Set.of();

  @Option(
      names = "--symbols",
      paramLabel = "F",
      description =
          "An ELF file with the guest's symbols, instead of the guest's own; may be repeated.")
  List<Path> symbols = List.of();

  /** What can be traced. */
  enum TraceKind {
    EXITS,
    EXCEPTIONS,
    RINGS
  }
}
