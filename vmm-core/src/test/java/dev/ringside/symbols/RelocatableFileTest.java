package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.Progress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Object files, which is what kernel modules are, loaded somewhere; against the linked program. */
class RelocatableFileTest {
  @ParameterizedTest
  @ValueSource(strings = {"-O2 -gdwarf-5", "-O0 -gdwarf-4", "-m32 -O2 -gdwarf-5"})
  void aModuleSaysTheSameAsTheLinkedProgram(String flags) throws Exception {
    var object =
        Fixtures.compile(
            "module" + flags.replaceAll("\\W+", "-") + ".o",
            flags + " -ffreestanding -fno-pie -c",
            "program.c");
    var program = Fixtures.program(flags);
    try (SymbolFile linked = SymbolFile.open(program)) {
      long text = linked.symbolsNamed("sink").getFirst().address();
      var options = new SymbolFile.Options(0, Map.of(".text", text), Progress.NONE);
      try (SymbolFile module = SymbolFile.open(object, options)) {
        int functions = 0;
        for (String name : List.of("sink", "operate", "use_inline", "by_value", "split")) {
          Function a = linked.functionsNamed(name).getFirst();
          Function b = module.functionsNamed(name).getFirst();
          assertThat(b.ranges()).isEqualTo(a.ranges());
          assertThat(b.breakpointAddress()).isEqualTo(a.breakpointAddress());
          for (long address = a.entryPc(); a.contains(address); address++) {
            assertThat(module.lineAt(address).map(LineRow::toString))
                .isEqualTo(linked.lineAt(address).map(LineRow::toString));
            assertThat(module.activationsAt(address))
                .hasToString(linked.activationsAt(address).toString());
            assertThat(module.unwinder().describe(address))
                .isEqualTo(linked.unwinder().describe(address));
          }
          functions++;
        }
        assertThat(functions).isEqualTo(5);
        assertThat(module.problems()).isEmpty();
      }
    }
  }
}
