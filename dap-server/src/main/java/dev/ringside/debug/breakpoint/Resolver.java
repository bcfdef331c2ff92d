package dev.ringside.debug.breakpoint;

import dev.ringside.debug.frame.SourcePosition;
import dev.ringside.debug.frame.StackWalk;
import dev.ringside.debug.program.Program;
import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.model.LineMatch;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.Symbol;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the instructions that a breakpoint belongs on. Thread-safe. */
final class Resolver {
  private final Program program;
  private final StackWalk positions;

  Resolver(Program program) {
    this.program = program;
    this.positions = new StackWalk(program);
  }

  Resolution resolve(BreakpointSpec spec) {
    return switch (spec) {
      case BreakpointSpec.Source source -> source(source);
      case BreakpointSpec.Function function -> function(function.name());
      case BreakpointSpec.Instruction i -> new Resolution(List.of(site(i.address())), "");
      case BreakpointSpec.Data d -> new Resolution(List.of(), "");
    };
  }

  private Site site(long address) {
    return new Site(address, positions.position(address));
  }

  private Resolution source(BreakpointSpec.Source source) {
    List<LineMatch> matches = program.findLine(source.path(), source.line());
    if (matches.isEmpty()) {
      return Resolution.none(
          program.knowsSource(source.path())
              ? "there is no code at or after line " + source.line()
              : program.files().isEmpty()
                  ? "the guest has no symbols"
                  : "the program's debug information names no file '" + source.path() + "'");
    }
    int best = matches.stream().mapToInt(LineMatch::line).min().orElse(source.line());
    List<Site> sites = new ArrayList<>();
    for (LineMatch match : matches) {
      if (match.line() == best) {
        for (LineRow row : columns(match.rows(), source.column())) {
          sites.add(site(row.address()));
        }
      }
    }
    int line =
        sites.isEmpty() ? best : sites.getFirst().position().map(SourcePosition::line).orElse(best);
    String message =
        line == source.line()
            ? ""
            : "line " + source.line() + " has no code of its own; moved to line " + line;
    return new Resolution(sites, message);
  }

  /** The rows of a column, if the line has that column; else all. */
  private static List<LineRow> columns(List<LineRow> rows, int column) {
    List<LineRow> exact = rows.stream().filter(r -> column > 0 && r.column() == column).toList();
    return exact.isEmpty() ? rows : exact;
  }

  private Resolution function(String text) {
    String name = text.trim();
    Optional<Long> address = Addresses.parse(name.startsWith("*") ? name.substring(1) : name);
    if (address.isPresent()) {
      return new Resolution(List.of(site(address.get())), "");
    }
    Set<Long> addresses = new LinkedHashSet<>();
    for (Function function : program.functionsNamed(name)) {
      addresses.add(function.breakpointAddress());
    }
    addresses.addAll(program.inlinedCopies(name));
    if (addresses.isEmpty()) {
      for (Symbol symbol : program.symbolsNamed(name)) {
        boolean code = symbol.kind() == Symbol.Kind.FUNCTION || symbol.kind() == Symbol.Kind.LABEL;
        if (code) {
          addresses.add(symbol.address());
        }
      }
    }
    if (addresses.isEmpty()) {
      List<Symbol> near = program.symbolsStartingWith(name, 3);
      String hint =
          near.isEmpty()
              ? ""
              : "; did you mean "
                  + String.join(", ", near.stream().map(Symbol::name).distinct().toList())
                  + "?";
      return Resolution.none("there is no function '" + name + "'" + hint);
    }
    return new Resolution(addresses.stream().map(this::site).toList(), "");
  }
}
