package dev.ringside.debug.value;

import dev.ringside.symbols.model.Symbol;
import dev.ringside.symbols.model.Type;
import java.util.Optional;

/** What the display of values asks of the program's symbols. Thread-safe. */
public interface Symbolizer {
  /** Knows nothing. */
  Symbolizer NONE =
      new Symbolizer() {
        @Override
        public Optional<Symbol.At> symbolAt(long address) {
          return Optional.empty();
        }

        @Override
        public Type.Structure complete(Type.Structure declaration) {
          return declaration;
        }
      };

  /** The symbol that an address belongs to. */
  Optional<Symbol.At> symbolAt(long address);

  /** The definition of a structure that one unit only declares; itself if there is none. */
  Type.Structure complete(Type.Structure declaration);
}
