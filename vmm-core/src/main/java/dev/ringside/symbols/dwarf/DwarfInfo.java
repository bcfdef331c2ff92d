package dev.ringside.symbols.dwarf;

import dev.ringside.symbols.elf.ElfImage;
import dev.ringside.symbols.elf.MalformedDataException;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.LineMatch;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.Progress;
import dev.ringside.symbols.model.SourceFile;
import dev.ringside.symbols.model.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The debug information of one file. Reads what a question needs when it is asked; a damaged part
 * costs the answer that needs it and adds to {@link #problems()}. Addresses have the load bias
 * applied. Thread-safe.
 */
public final class DwarfInfo {
  private final DwarfReader reader;
  private final Lines lines;

  /** Reads the headers of the units; a file without debug information has none. */
  public DwarfInfo(ElfImage image, long bias, Progress progress) {
    reader = new DwarfReader(image, bias, progress);
    lines = reader.lines;
  }

  /** Whether there is any debug information. */
  public boolean isPresent() {
    return !reader.units.all().isEmpty();
  }

  /** What was found damaged so far, a sentence each. */
  public List<String> problems() {
    return reader.problems.list();
  }

  /** The line table's row for an address. */
  public Optional<LineRow> lineAt(long address) {
    return reader.guarded(Optional.empty(), () -> lines.at(address));
  }

  /** The rows of the unit at {@code low} that cover addresses from there to before {@code high}. */
  public List<LineRow> linesBetween(long low, long high) {
    return reader.guarded(List.of(), () -> lines.between(low, high));
  }

  /** Where a line's code is, as {@link LineBreakpoints} narrows it down. */
  public Optional<LineMatch> findLine(String path, int line) {
    return reader.guarded(
        Optional.empty(),
        () -> lines.find(path, line).map(match -> LineBreakpoints.narrow(reader, match)));
  }

  /** The lines that a breakpoint can be set on, {@code from} to {@code to} inclusive. */
  public List<Integer> linesWithCode(String path, int from, int to) {
    return reader.guarded(List.of(), () -> lines.linesWithCode(path, from, to));
  }

  /** The files that a client's path means. */
  public List<SourceFile> filesMatching(String path) {
    return reader.guarded(List.of(), () -> lines.files(path));
  }

  /** Every file of every line table, by path. */
  public List<SourceFile> sourceFiles() {
    return reader.guarded(List.of(), lines::allFiles);
  }

  /** The function whose code is at an address. */
  public Optional<Function> functionAt(long address) {
    return reader.guarded(
        Optional.empty(),
        () -> {
          Die die = reader.functions.subprogramAt(address - reader.bias);
          return die == null ? Optional.empty() : Optional.of(new Function(reader, die));
        });
  }

  /** The functions that run at an address, innermost first. */
  public List<Activation> activationsAt(long address) {
    return reader.guarded(List.of(), () -> reader.activations.at(address));
  }

  /** Functions with code of their own, by the name in the source. Builds the name index. */
  public List<Function> functionsNamed(String name) {
    return reader.guarded(
        List.of(),
        () -> {
          List<Function> found = new ArrayList<>();
          for (Die die : reader.index.find(NameScan.Kind.FUNCTION, name)) {
            for (Functions.Code code : reader.functions.of(die.unit)) {
              Die candidate = die.unit.die(code.dieOffset());
              if (candidate.offset == die.offset || candidate.root().offset == die.offset) {
                found.add(new Function(reader, candidate));
              }
            }
          }
          return found;
        });
  }

  /** Where copies of a function begin that were inlined into others. Builds the name index. */
  public List<Long> inlinedCopies(String name) {
    return reader.guarded(
        List.of(),
        () -> {
          List<Long> found = new ArrayList<>();
          for (Die die : reader.index.find(NameScan.Kind.FUNCTION, name)) {
            if (die.has(Dw.AT_inline)) {
              found.addAll(reader.activations.inlinedCopies(die.unit, die));
            }
          }
          return found;
        });
  }

  /** Variables at file scope of the unit that has code at an address. */
  public List<Variable> fileVariables(long address) {
    return reader.guarded(
        List.of(),
        () -> {
          Unit unit = reader.units.at(address - reader.bias);
          List<Variable> found = new ArrayList<>();
          if (unit != null) {
            for (Die die : reader.index.allInUnit(unit, NameScan.Kind.VARIABLE)) {
              found.add(new Variable(reader, die, Variable.globalKind(die), 0));
            }
          }
          return found;
        });
  }

  /**
   * Variables at file scope by name: the one of the unit at {@code near} alone if there is one,
   * else all, those that other units see first. May build the name index.
   */
  public List<Variable> variablesNamed(String name, OptionalLong near) {
    return reader.guarded(
        List.of(),
        () -> {
          if (near.isPresent()) {
            Unit unit = reader.units.at(near.getAsLong() - reader.bias);
            Die die = unit == null ? null : reader.index.inUnit(unit, NameScan.Kind.VARIABLE, name);
            if (die != null) {
              return List.of(new Variable(reader, die, Variable.globalKind(die), 0));
            }
          }
          List<Variable> found = new ArrayList<>();
          for (Die die : reader.index.find(NameScan.Kind.VARIABLE, name)) {
            found.add(new Variable(reader, die, Variable.globalKind(die), 0));
          }
          found.sort(java.util.Comparator.comparing(Variable::kind).reversed());
          return found;
        });
  }

  /**
   * A type by its name in C: {@code struct task_struct}, {@code unsigned int}, {@code u64}. A name
   * without keyword is a typedef or base type, else an aggregate (C++). The unit at {@code near}
   * goes before others.
   */
  public Optional<Type> typeNamed(String name, OptionalLong near) {
    return reader.guarded(
        Optional.empty(),
        () -> {
          Unit unit = near.isPresent() ? reader.units.at(near.getAsLong() - reader.bias) : null;
          for (TypeName wanted : TypeName.parse(name)) {
            Die die = unit == null ? null : reader.index.inUnit(unit, wanted.kind(), wanted.name());
            if (die != null) {
              return Optional.of(reader.types.read(die));
            }
          }
          for (TypeName wanted : TypeName.parse(name)) {
            Die die = reader.index.type(wanted.kind(), wanted.name());
            if (die != null) {
              return Optional.of(reader.types.read(die));
            }
          }
          return Optional.empty();
        });
  }

  /** The whole definition of a structure that a unit only declares. */
  public Optional<Type.Structure> complete(Type.Structure declaration) {
    String tag = declaration.tag();
    if (declaration.complete() || tag == null) {
      return Optional.of(declaration).filter(Type.Structure::complete);
    }
    return reader.guarded(
        Optional.empty(),
        () -> {
          NameScan.Kind kind =
              declaration.kind() == Type.StructureKind.UNION
                  ? NameScan.Kind.UNION
                  : NameScan.Kind.STRUCT;
          Die die = reader.index.type(kind, tag);
          return die != null && reader.types.read(die) instanceof Type.Structure whole
              ? Optional.of(whole)
              : Optional.empty();
        });
  }

  /** Builds the name index now, on the calling thread and the common pool. */
  public void buildIndex() {
    reader.index.prepare();
  }

  /** Runs an expression of call frame information; throws what unwinding turns into a reason. */
  public OptionalLong evaluateCfi(
      byte[] expression, EvaluationContext frame, @Nullable Long initial) {
    try {
      return OptionalLong.of(reader.expressions.cfiValue(expression, frame, initial));
    } catch (EvaluationFailure | MalformedDataException e) {
      return OptionalLong.empty();
    }
  }
}
