package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.model.Symbol;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Symbols against {@code nm}. */
class SymbolTableTest {
  static List<String> variants() {
    return Fixtures.variants();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everySymbolThatNmListsIsFoundByNameAndByAddress(String flags) throws Exception {
    var program = Fixtures.program(flags);
    int seen = 0;
    try (SymbolFile file = SymbolFile.open(program)) {
      for (String line : Fixtures.run("nm", "-S", program.toString())) {
        List<String> words = List.of(line.split(" ", -1));
        if (words.size() != 4) {
          continue; // no size: a linker's label
        }
        long address = Long.parseUnsignedLong(words.get(0), 16);
        long size = Long.parseUnsignedLong(words.get(1), 16);
        String name = words.get(3);
        assertThat(file.symbolsNamed(name))
            .anyMatch(s -> s.size() == size && s.name().equals(name));
        if (!words.get(2).equals("D") || !name.equals("per_thread")) {
          assertThat(file.symbolAt(address + size - 1).orElseThrow().symbol().address())
              .isEqualTo(address);
        }
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(15);
  }

  @Test
  void aBiasMovesEverySymbol() throws Exception {
    var program = Fixtures.program("-O0 -gdwarf-5");
    try (SymbolFile here = SymbolFile.open(program);
        SymbolFile there =
            SymbolFile.open(program, SymbolFile.Options.DEFAULT.withBias(0x1000_0000))) {
      Symbol symbol = here.symbolsNamed("operate").getFirst();
      Symbol moved = there.symbolsNamed("operate").getFirst();
      assertThat(moved.address()).isEqualTo(symbol.address() + 0x1000_0000);
      assertThat(there.symbolAt(moved.address() + 3)).hasToString("Optional[operate+0x3]");
      assertThat(there.symbolAt(symbol.address())).isEmpty();
      assertThat(there.entryPoint()).isEqualTo(here.entryPoint() + 0x1000_0000);
    }
  }

  @Test
  void aPrefixListsSymbolsInOrderUpToALimit() throws Exception {
    try (SymbolFile file = SymbolFile.open(Fixtures.program("-O0 -gdwarf-5"))) {
      assertThat(file.symbolsStartingWith("global_", 10))
          .extracting(Symbol::name)
          .containsExactly("global_color", "global_counter");
      assertThat(file.symbolsStartingWith("", 3)).hasSize(3);
      assertThat(file.symbolsStartingWith("no_such", 3)).isEmpty();
    }
  }
}
