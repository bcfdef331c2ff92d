package dev.ringside.debug.program;

import dev.ringside.debug.value.Symbolizer;
import dev.ringside.symbols.SymbolFile;
import dev.ringside.symbols.SymbolFiles;
import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.dwarf.Variable;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.LineMatch;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.symbols.model.Type;
import dev.ringside.symbols.unwind.FrameRegisters;
import dev.ringside.symbols.unwind.MemoryReader;
import dev.ringside.symbols.unwind.UnwindResult;
import dev.ringside.symbols.unwind.Unwinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** All symbol files of a session together. Immutable; callable from any thread. */
public final class Program implements Symbolizer, AutoCloseable {
  private final List<SymbolFile> files;
  private final SymbolFiles all;
  private final SourceMap sources;

  /** Owns the files from now on; the first one goes before the others. */
  public Program(List<SymbolFile> files, SourceMap sources) {
    this.files = List.copyOf(files);
    this.all = new SymbolFiles(files);
    this.sources = sources;
  }

  /** The symbol files, as they were given. */
  public List<SymbolFile> files() {
    return files;
  }

  public SourceMap sources() {
    return sources;
  }

  /** The files, for unwinding. */
  public SymbolFiles symbolFiles() {
    return all;
  }

  /** What the first file was compiled for; x86-64 without any. */
  public Architecture architecture() {
    return all.architecture();
  }

  /** What the file with code at an address was compiled for. */
  public Architecture architectureAt(long address) {
    return all.architectureAt(address);
  }

  /** The file that knows an address. */
  public Optional<SymbolFile> fileAt(long address) {
    return all.fileAt(address);
  }

  @Override
  public Optional<Symbol.At> symbolAt(long address) {
    for (SymbolFile file : files) {
      Optional<Symbol.At> at = file.symbolAt(address).filter(Program::isAddress);
      if (at.isPresent()) {
        return at;
      }
    }
    return Optional.empty();
  }

  /**
   * Linux links its per-CPU variables at 0: their symbols are offsets, which no small number should
   * be taken for.
   */
  private static boolean isAddress(Symbol.At at) {
    return !at.symbol().section().equals(".data..percpu");
  }

  @Override
  public Type.Structure complete(Type.Structure declaration) {
    if (declaration.complete()) {
      return declaration;
    }
    for (SymbolFile file : files) {
      Optional<Type.Structure> found = file.complete(declaration);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return declaration;
  }

  /** The source line of an address. */
  public Optional<LineRow> lineAt(long address) {
    for (SymbolFile file : files) {
      Optional<LineRow> row = file.lineAt(address);
      if (row.isPresent()) {
        return row;
      }
    }
    return Optional.empty();
  }

  /** The functions that run at an address, innermost first. */
  public List<Activation> activationsAt(long address) {
    for (SymbolFile file : files) {
      List<Activation> found = file.activationsAt(address);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  /** The function whose code is at an address. */
  public Optional<Function> functionAt(long address) {
    for (SymbolFile file : files) {
      Optional<Function> found = file.functionAt(address);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Where a line of one of the user's files has code, in every symbol file that knows it. */
  public List<LineMatch> findLine(String userPath, int line) {
    String path = sources.toDwarf(userPath);
    return files.stream().flatMap(f -> f.findLine(path, line).stream()).toList();
  }

  /** Whether any line table names one of the user's files. */
  public boolean knowsSource(String userPath) {
    String path = sources.toDwarf(userPath);
    return files.stream().anyMatch(f -> !f.sourceFilesMatching(path).isEmpty());
  }

  /** The lines of one of the user's files that a breakpoint can be set on, both ends included. */
  public List<Integer> linesWithCode(String userPath, int from, int to) {
    String path = sources.toDwarf(userPath);
    TreeSet<Integer> lines = new TreeSet<>();
    files.forEach(f -> lines.addAll(f.linesWithCode(path, from, to)));
    return List.copyOf(lines);
  }

  /** Functions by name. */
  public List<Function> functionsNamed(String name) {
    List<Function> found = new ArrayList<>();
    files.forEach(f -> found.addAll(f.functionsNamed(name)));
    return found;
  }

  /** Where inlined copies of a function begin. */
  public List<Long> inlinedCopies(String name) {
    return files.stream().flatMap(f -> f.inlinedCopies(name).stream()).toList();
  }

  /** Symbols by name. */
  public List<Symbol> symbolsNamed(String name) {
    return files.stream().flatMap(f -> f.symbolsNamed(name).stream()).toList();
  }

  /** Up to {@code limit} symbols whose names begin so. */
  public List<Symbol> symbolsStartingWith(String prefix, int limit) {
    return files.stream()
        .flatMap(f -> f.symbolsStartingWith(prefix, limit).stream())
        .limit(limit)
        .toList();
  }

  /** Variables at file scope of the unit with code at an address. */
  public List<Variable> fileVariables(long address) {
    return fileAt(address).map(f -> f.fileVariables(address)).orElse(List.of());
  }

  /** A variable at file scope by name, that of the unit with code at {@code near} first. */
  public Optional<Variable> variableNamed(String name, long near) {
    for (SymbolFile file : files) {
      List<Variable> found = file.variablesNamed(name, OptionalLong.of(near));
      if (!found.isEmpty()) {
        return Optional.of(found.getFirst());
      }
    }
    return Optional.empty();
  }

  /** A type by its name in C, that of the unit with code at {@code near} first. */
  public Optional<Type> typeNamed(String name, long near) {
    for (SymbolFile file : files) {
      Optional<Type> found = file.typeNamed(name, OptionalLong.of(near));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Finds the caller of a frame. */
  public UnwindResult unwind(FrameRegisters frame, long lookupPc, MemoryReader memory) {
    return all.unwind(frame, lookupPc, memory);
  }

  /** The rule for the canonical frame address at an address, if it is a simple one. */
  public Optional<Unwinder.CfaRule> cfaRule(long address) {
    return all.cfaRule(address);
  }

  /** The canonical frame address of a frame; empty where it is not known. */
  public OptionalLong cfa(FrameRegisters frame, long lookupPc, MemoryReader memory) {
    return all.cfa(frame, lookupPc, memory);
  }

  @Override
  public void close() {
    files.forEach(SymbolFile::close);
  }
}
