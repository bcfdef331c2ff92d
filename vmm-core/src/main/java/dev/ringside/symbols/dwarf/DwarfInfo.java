package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ElfImage;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.LineMatch;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.SourceFile;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The debug information of one file. Reads what a question needs when it is asked; a damaged part
 * costs the answer that needs it and adds to {@link #problems()}. Addresses have the load bias
 * applied. Thread-safe.
 */
public final class DwarfInfo {
  private final Problems problems = new Problems();
  private final Units units;
  private final Lines lines;

  /** Reads the headers of the units; a file without debug information has none. */
  public DwarfInfo(ElfImage image, long bias) {
    units = new Units(new DwarfSections(image), problems);
    lines = new Lines(units, bias);
  }

  /** Whether there is any debug information. */
  public boolean isPresent() {
    return !units.all().isEmpty();
  }

  /** What was found damaged so far, a sentence each. */
  public List<String> problems() {
    return problems.list();
  }

  /** The line table's row for an address. */
  public Optional<LineRow> lineAt(long address) {
    return guarded(Optional.empty(), () -> lines.at(address));
  }

  /** The rows of the unit at {@code low} that cover addresses from there to before {@code high}. */
  public List<LineRow> linesBetween(long low, long high) {
    return guarded(List.of(), () -> lines.between(low, high));
  }

  /** Where a line's code is. */
  public Optional<LineMatch> findLine(String path, int line) {
    return guarded(Optional.empty(), () -> lines.find(path, line));
  }

  /** The lines that a breakpoint can be set on, {@code from} to {@code to} inclusive. */
  public List<Integer> linesWithCode(String path, int from, int to) {
    return guarded(List.of(), () -> lines.linesWithCode(path, from, to));
  }

  /** The files that a client's path means. */
  public List<SourceFile> filesMatching(String path) {
    return guarded(List.of(), () -> lines.files(path));
  }

  /** Every file of every line table, by path. */
  public List<SourceFile> sourceFiles() {
    return guarded(List.of(), lines::allFiles);
  }

  private <T> T guarded(T otherwise, Supplier<T> work) {
    try {
      return work.get();
    } catch (MalformedDataException e) {
      problems.add("debug information is damaged: " + e.getMessage());
      return otherwise;
    }
  }
}
