package dev.ringside.cli;

import dev.ringside.profiler.GuestSymbols;
import dev.ringside.profiler.Place;
import dev.ringside.symbols.SymbolFile;
import dev.ringside.symbols.SymbolFiles;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.symbols.model.SymbolFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The symbols of the guest that {@code run} runs: the files it was given, else the guest's own
 * where it is an ELF file. The guest's own are opened when first needed. Safe from any thread.
 */
final class RunSymbols implements GuestSymbols, AutoCloseable {
  private static final Pattern RIP = Pattern.compile("\\brip 0x([0-9a-f]{1,16})");

  private final Path guest;
  private @Nullable List<SymbolFile> files;

  private RunSymbols(Path guest, @Nullable List<SymbolFile> files) {
    this.guest = guest;
    this.files = files;
  }

  /**
   * Opens the given files.
   *
   * @throws CommandFailure if one is missing or not a symbol file
   */
  static RunSymbols open(Path guest, List<Path> given) {
    if (given.isEmpty()) {
      return new RunSymbols(guest, null);
    }
    List<SymbolFile> files = new ArrayList<>();
    try {
      for (Path path : given) {
        files.add(SymbolFile.open(path));
      }
    } catch (SymbolFileException e) {
      files.forEach(SymbolFile::close);
      throw new CommandFailure(Ringside.BAD_FILE, String.valueOf(e.getMessage()));
    }
    return new RunSymbols(guest, files);
  }

  private synchronized List<SymbolFile> files() {
    List<SymbolFile> open = files;
    if (open == null) {
      open = own();
      files = open;
    }
    return open;
  }

  private List<SymbolFile> own() {
    try {
      return List.of(SymbolFile.open(guest));
    } catch (SymbolFileException.NotElf | SymbolFileException.Empty e) {
      return List.of(); // A bzImage, a boot sector: it has none of its own.
    } catch (SymbolFileException e) {
      System.err.println("ringside: no symbols: " + e.getMessage());
      return List.of();
    }
  }

  /** The files, which this owns; the guest's own are opened now if they have not been. */
  SymbolFiles all() {
    return new SymbolFiles(files());
  }

  @Override
  public Place at(long linear) {
    return GuestSymbols.of(files()).at(linear);
  }

  /** {@code <symbol+0x1f>} with a space before, or nothing. */
  String suffix(long linear) {
    for (SymbolFile file : files()) {
      Optional<Symbol.At> at = file.symbolAt(linear);
      if (at.isPresent()) {
        return " <" + at.get() + ">";
      }
    }
    return "";
  }

  /** A report with each {@code rip 0x…} in it named. */
  String name(String report) {
    Matcher m = RIP.matcher(report);
    return m.replaceAll(
        found ->
            Matcher.quoteReplacement(
                found.group() + suffix(Long.parseUnsignedLong(found.group(1), 16))));
  }

  @Override
  public synchronized void close() {
    List<SymbolFile> open = files;
    if (open != null) {
      open.forEach(SymbolFile::close);
    }
  }
}
