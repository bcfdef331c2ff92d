package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.dwarf.Variable;
import dev.ringside.symbols.model.Type;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What C++ adds, as far as it is read. */
class CppTest {
  @ParameterizedTest
  @ValueSource(strings = {"-O0 -gdwarf-4", "-O0 -gdwarf-5"})
  void classesReferencesAndOverloads(String flags) throws Exception {
    Fixtures.requireTool("g++");
    var program =
        Fixtures.compile(
            "classes" + flags.replace(" ", ""),
            "-x c++ " + flags + " -fno-rtti -fno-exceptions -nostdlib -static -e main",
            "classes.cc");
    try (SymbolFile file = SymbolFile.open(program)) {
      Type.Structure uart =
          (Type.Structure) file.typeNamed("Uart", OptionalLong.empty()).orElseThrow();
      assertThat(uart.complete()).isTrue();
      assertThat(uart.members().getFirst().isBaseClass()).isTrue();
      assertThat(uart.member("port_").orElseThrow().offset()).isEqualTo(16);
      assertThat(uart.member("id_").orElseThrow().offset()).isEqualTo(8);
      List<Function> mixes = file.functionsNamed("mix");
      assertThat(mixes)
          .extracting(f -> f.linkageName().orElse(""))
          .containsExactlyInAnyOrder("_ZN5board3mixEi", "_ZN5board3mixEd");
      Function read = file.functionsNamed("read").getFirst();
      assertThat(read.linkageName()).contains("_ZN5board4Uart4readERKj");
      List<Variable> arguments =
          file.activationsAt(read.breakpointAddress()).getFirst().arguments();
      assertThat(arguments).extracting(Variable::name).containsExactly("this", "offset");
      assertThat(arguments.getFirst().isArtificial()).isTrue();
      assertThat(arguments.getFirst().type().displayName()).isEqualTo("class Uart * const");
      assertThat(arguments.get(1).type().stripped()).isInstanceOf(Type.Reference.class);
      assertThat(arguments.get(1).type().displayName()).isEqualTo("const unsigned int &");
      assertThat(file.variablesNamed("count", OptionalLong.empty())).hasSize(1);
      Type.Enumeration mode =
          (Type.Enumeration) file.typeNamed("enum Mode", OptionalLong.empty()).orElseThrow();
      assertThat(mode.size()).isEqualTo(1);
      assertThat(mode.signed()).isFalse();
    }
  }
}
