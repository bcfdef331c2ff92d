package dev.ringside.profiler;

import dev.ringside.symbols.SymbolFile;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.Symbol;
import java.util.List;
import java.util.Optional;

/** Names places in a guest. Called from any thread, also several at once. */
@FunctionalInterface
public interface GuestSymbols {
  /** A guest without symbols. */
  GuestSymbols NONE = Place::of;

  /** The place of a linear address; never fails, an unknown address names itself. */
  Place at(long linear);

  /** Looks into each file in turn; the first that has a symbol for an address names it. */
  static GuestSymbols of(List<SymbolFile> files) {
    List<SymbolFile> all = List.copyOf(files);
    return linear -> {
      for (SymbolFile file : all) {
        Optional<Symbol.At> at = file.symbolAt(linear);
        if (at.isPresent()) {
          Optional<LineRow> row = file.lineAt(linear).filter(r -> r.line() > 0);
          return new Place(
              at.get().symbol().name(), row.map(LineRow::toString).orElse(null), 0, true);
        }
      }
      return Place.of(linear);
    };
  }
}
