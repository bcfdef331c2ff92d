package dev.ringside.symbols;

import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.DwarfInfo;
import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.dwarf.Variable;
import dev.ringside.symbols.elf.ElfImage;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.elf.SymbolTable;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.LineMatch;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.Progress;
import dev.ringside.symbols.model.SourceFile;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.symbols.model.SymbolFileException;
import dev.ringside.symbols.model.Type;
import dev.ringside.symbols.unwind.Unwinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An open symbol file: an ELF file (ELF64 for x86-64 or ELF32 for i386) with a symbol table and, if
 * it was built with {@code -g}, DWARF 2 to 5.
 *
 * <p>Opening reads headers and the symbol table; everything else is read when it is asked for.
 * Addresses that go in and come out are guest-virtual, with the load bias applied. A damaged part
 * costs only the answers that need it: they come back empty and {@link #problems()} says why. All
 * methods may be called from any thread at once; after {@link #close} none may.
 */
public final class SymbolFile implements AutoCloseable {
  private final ElfImage image;
  private final long bias;
  private final SymbolTable symbols;
  private final DwarfInfo dwarf;
  private final Unwinder unwinder;

  /**
   * How to open a file.
   *
   * @param bias added to each address of the file: the distance by which KASLR or a loader moved it
   *     (modulo 2^64), 0 for none
   * @param sectionAddresses for relocatable files such as kernel modules: where each section was
   *     loaded, by name
   * @param progress told of long work
   */
  public record Options(long bias, Map<String, Long> sectionAddresses, Progress progress) {
    /** At the addresses that the file says, in silence. */
    public static final Options DEFAULT = new Options(0, Map.of(), Progress.NONE);

    public Options {
      sectionAddresses = Map.copyOf(sectionAddresses);
    }

    /** The same at another bias. */
    public Options withBias(long newBias) {
      return new Options(newBias, sectionAddresses, progress);
    }
  }

  private SymbolFile(ElfImage image, Options options) {
    this.image = image;
    this.bias = options.bias;
    this.symbols = SymbolTable.read(image, options.bias);
    this.dwarf = new DwarfInfo(image, options.bias, options.progress);
    this.unwinder = new Unwinder(image, symbols, dwarf, options.bias);
  }

  /** Opens a file at the addresses it says. */
  public static SymbolFile open(Path file) throws SymbolFileException {
    return open(file, Options.DEFAULT);
  }

  /** Opens a file; the exception's message is for the user. */
  public static SymbolFile open(Path file, Options options) throws SymbolFileException {
    ElfImage image = ElfImage.open(file, options.sectionAddresses);
    boolean opened = false;
    try {
      options.progress.report("Reading " + file.getFileName(), 0, 1);
      SymbolFile symbolFile = new SymbolFile(image, options);
      options.progress.report("Reading " + file.getFileName(), 1, 1);
      opened = true;
      return symbolFile;
    } catch (MalformedDataException e) {
      throw new SymbolFileException.Malformed(file, e.getMessage());
    } finally {
      if (!opened) {
        image.close();
      }
    }
  }

  /** The file that was opened. */
  public Path path() {
    return image.path();
  }

  public Architecture architecture() {
    return image.architecture();
  }

  /** What is added to the file's addresses. */
  public long bias() {
    return bias;
  }

  /** The entry point, bias applied. */
  public long entryPoint() {
    return image.entry() + bias;
  }

  /** The GNU build id in hex, for telling whether a guest runs this very build. */
  public Optional<String> buildId() {
    return image.buildId();
  }

  /** Whether the file has DWARF; without it there are symbols only. */
  public boolean hasDebugInfo() {
    return dwarf.isPresent();
  }

  /** What has been found damaged or unsupported so far, one sentence each. */
  public List<String> problems() {
    List<String> all = new ArrayList<>(dwarf.problems());
    all.addAll(unwinder.problems());
    return all;
  }

  // Symbols

  /** How many named symbols the symbol table has. */
  public int symbolCount() {
    return symbols.size();
  }

  /** The symbol that an address belongs to, and how far in. */
  public Optional<Symbol.At> symbolAt(long address) {
    return symbols.at(address);
  }

  /** Symbols of exactly that name, globals first. */
  public List<Symbol> symbolsNamed(String name) {
    return symbols.named(name);
  }

  /** Up to {@code limit} symbols whose names begin so, by name. */
  public List<Symbol> symbolsStartingWith(String prefix, int limit) {
    return symbols.startingWith(prefix, limit);
  }

  // Lines

  /** The source line of an address; for a caller's frame ask for the return address − 1. */
  public Optional<LineRow> lineAt(long address) {
    return dwarf.lineAt(address);
  }

  /**
   * The line table's rows that cover addresses from {@code low} to before {@code high}, in order.
   */
  public List<LineRow> linesBetween(long low, long high) {
    return dwarf.linesBetween(low, high);
  }

  /**
   * Where a source line's code is: on the line itself, or on the nearest line after it in the same
   * file that has code.
   *
   * @param path as {@link SourceFile#matches} takes it; a file of exactly that path goes before
   *     files that merely end so
   */
  public Optional<LineMatch> findLine(String path, int line) {
    return dwarf.findLine(path, line);
  }

  /** The lines that a breakpoint can be set on, {@code from} to {@code to} inclusive. */
  public List<Integer> linesWithCode(String path, int from, int to) {
    return dwarf.linesWithCode(path, from, to);
  }

  /** The source files that a client's path means; none if no line table names it. */
  public List<SourceFile> sourceFilesMatching(String path) {
    return dwarf.filesMatching(path);
  }

  /** Every source file that a line table names, by path. */
  public List<SourceFile> sourceFiles() {
    return dwarf.sourceFiles();
  }

  // Functions and variables

  /** The function whose code is at an address. */
  public Optional<Function> functionAt(long address) {
    return dwarf.functionAt(address);
  }

  /**
   * The functions that run at an address, the innermost inlined one first, the one that has the
   * code last. For a caller's frame ask for the return address − 1.
   */
  public List<Activation> activationsAt(long address) {
    return dwarf.activationsAt(address);
  }

  /**
   * Functions with code of their own, by the name in the source or by that of a symbol at their
   * entry (an alias). Quick where the symbol table has the name; otherwise builds the name index.
   */
  public List<Function> functionsNamed(String name) {
    List<Symbol> candidates = new ArrayList<>(symbols.named(name));
    if (candidates.isEmpty()) {
      candidates.addAll(symbols.startingWith(name + ".", 100)); // name.isra.0, name.constprop.0
    }
    List<Function> found =
        candidates.stream()
            .filter(s -> s.kind() == Symbol.Kind.FUNCTION || s.kind() == Symbol.Kind.LABEL)
            .flatMap(
                s ->
                    dwarf
                        .functionAt(s.address())
                        .filter(f -> f.name().equals(name) || f.entryPc() == s.address())
                        .stream())
            .distinct()
            .toList();
    // A symbol of that name without a function is a label of assembly: there is no more to find.
    return found.isEmpty() && symbols.named(name).isEmpty() ? dwarf.functionsNamed(name) : found;
  }

  /**
   * Where copies of a function begin that the compiler inlined into others, by address. Builds the
   * name index.
   */
  public List<Long> inlinedCopies(String name) {
    return dwarf.inlinedCopies(name);
  }

  /** Variables at file scope of the unit that has code at an address: its statics and globals. */
  public List<Variable> fileVariables(long address) {
    return dwarf.fileVariables(address);
  }

  /**
   * Variables at file scope by name: the one of the unit with code at {@code near} alone, if it has
   * one; else all, globals first. May build the name index.
   */
  public List<Variable> variablesNamed(String name, OptionalLong near) {
    return dwarf.variablesNamed(name, near);
  }

  // Types

  /**
   * A type by its name in C: {@code struct task_struct}, {@code unsigned int}, {@code u64}. The
   * unit with code at {@code near} goes before others. May build the name index.
   */
  public Optional<Type> typeNamed(String name, OptionalLong near) {
    return dwarf.typeNamed(name, near);
  }

  /** The whole definition of a structure that its unit only declares. May build the name index. */
  public Optional<Type.Structure> complete(Type.Structure declaration) {
    return dwarf.complete(declaration);
  }

  /**
   * Builds the name index now, so that later look-ups by name are quick. Uses all processors;
   * reports progress to {@link Options#progress}. Looking up builds it too, if it must.
   */
  public void buildIndex() {
    dwarf.buildIndex();
  }

  // Unwinding

  /** Finds callers of frames that stand in this file's code. */
  public Unwinder unwinder() {
    return unwinder;
  }

  /** Unmaps the file. */
  @Override
  public void close() {
    image.close();
  }
}
