package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.dwarf.Variable;
import dev.ringside.symbols.model.EvaluationContext;
import dev.ringside.symbols.model.Location;
import dev.ringside.symbols.model.Type;
import dev.ringside.symbols.unwind.Frame;
import dev.ringside.symbols.unwind.FrameRegisters;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * Variables that {@link LiveProcessTest} does not reach: at file scope, moved, of variable length.
 */
class VariableTest {
  private static final String FLAGS = "-O0 -gdwarf-5";

  /** A frame at an address whose memory reads as 3 wherever it is read. */
  private static Frame frame(SymbolFile file, long pc) {
    FrameRegisters.Builder registers = FrameRegisters.builder(file.architecture());
    for (int i = 0; i < 17; i++) {
      registers.set(i, 0x10_0000);
    }
    return new Frame(
        registers.build(),
        pc,
        OptionalLong.of(0x20_0000),
        (address, length) -> {
          byte[] bytes = new byte[length];
          bytes[0] = 3;
          return bytes;
        },
        Optional::<EvaluationContext>empty);
  }

  private static Function function(SymbolFile file, String name) {
    return file.functionsNamed(name).getFirst();
  }

  private static long line(SymbolFile file, int line) {
    return file.findLine("program.c", line).orElseThrow().rows().getFirst().address();
  }

  @Test
  void theUnitsVariablesAreKnownByKind() throws Exception {
    try (SymbolFile file = SymbolFile.open(Fixtures.program(FLAGS))) {
      long pc = function(file, "operate").breakpointAddress();
      List<Variable> variables = file.fileVariables(pc);
      assertThat(variables)
          .extracting(Variable::toString)
          .contains(
              "GLOBAL global_counter",
              "FILE_STATIC file_counter",
              "GLOBAL outer_object",
              "FILE_STATIC ratio",
              "GLOBAL per_thread")
          .doesNotContain("GLOBAL calls");
      for (Variable variable : variables) {
        if (variable.name().equals("per_thread")) {
          assertThat(variable.locate(frame(file, pc)))
              .isInstanceOf(Location.Unavailable.class)
              .asString()
              .contains("thread-local storage");
        } else {
          long address = file.symbolsNamed(variable.name()).getFirst().address();
          assertThat(variable.locate(frame(file, pc))).isEqualTo(new Location.Memory(address));
        }
      }
    }
  }

  @Test
  void aStaticLocalIsToldFromALocal() throws Exception {
    try (SymbolFile file = SymbolFile.open(Fixtures.program(FLAGS))) {
      Function function = function(file, "use_inline");
      Activation activation = file.activationsAt(function.breakpointAddress()).getFirst();
      assertThat(activation.locals())
          .extracting(Variable::toString)
          .containsExactlyInAnyOrder("STATIC_LOCAL calls", "LOCAL answer");
      assertThat(activation.arguments()).extracting(Variable::name).containsExactly("seed");
      assertThat(function.declarationLine()).isEqualTo(72);
      assertThat(function.isExternal()).isTrue();
      assertThat(function.type().displayName()).isEqualTo("int (int)");
      assertThat(function.unitName()).endsWith("program.c");
    }
  }

  @Test
  void anInnerBlocksVariablesComeFirst() throws Exception {
    try (SymbolFile file = SymbolFile.open(Fixtures.program(FLAGS))) {
      Activation activation = file.activationsAt(line(file, 103)).getFirst();
      assertThat(activation.name()).isEqualTo("split");
      assertThat(activation.locals())
          .extracting(Variable::name)
          .containsExactly("inner", "constant", "pair");
      assertThat(activation.locals().getFirst().blockDepth()).isEqualTo(1);
    }
  }

  @Test
  void aVariableLengthArrayHasItsFramesLength() throws Exception {
    try (SymbolFile file = SymbolFile.open(Fixtures.program(FLAGS))) {
      long pc = line(file, 84);
      Variable values =
          file.activationsAt(pc).getFirst().locals().stream()
              .filter(v -> v.name().equals("values"))
              .findFirst()
              .orElseThrow();
      Type.Array array = (Type.Array) values.type();
      Type.Count.Dynamic count = (Type.Count.Dynamic) array.dimensions().getFirst().count();
      // The upper bound is read from the frame, where every word is 3: four elements.
      assertThat(count.elements().evaluate(frame(file, pc)))
          .isEqualTo(new Type.FrameValue.Result.Known(4));
      assertThat(array.displayName()).isEqualTo("int [variable length]");
    }
  }

  @Test
  void aBiasMovesLinesFunctionsAndVariables() throws Exception {
    var program = Fixtures.program("-O2 -gdwarf-5");
    long bias = 0x1_0000_0000L;
    try (SymbolFile here = SymbolFile.open(program);
        SymbolFile there = SymbolFile.open(program, SymbolFile.Options.DEFAULT.withBias(bias))) {
      Function a = function(here, "use_inline");
      Function b = function(there, "use_inline");
      assertThat(b.breakpointAddress()).isEqualTo(a.breakpointAddress() + bias);
      assertThat(there.lineAt(b.entryPc()).orElseThrow().line())
          .isEqualTo(here.lineAt(a.entryPc()).orElseThrow().line());
      assertThat(there.activationsAt(b.entryPc() + 30))
          .hasToString(here.activationsAt(a.entryPc() + 30).toString());
      assertThat(line(there, 76)).isEqualTo(line(here, 76) + bias);
      Variable counter = there.variablesNamed("global_counter", OptionalLong.empty()).getFirst();
      assertThat(counter.locate(frame(there, b.entryPc())))
          .isEqualTo(
              new Location.Memory(there.symbolsNamed("global_counter").getFirst().address()));
      assertThat(there.unwinder().describe(b.entryPc()))
          .isEqualTo(here.unwinder().describe(a.entryPc()));
      assertThat(there.inlinedCopies("square"))
          .isEqualTo(here.inlinedCopies("square").stream().map(x -> x + bias).toList())
          .hasSize(2);
    }
  }

  @Test
  void anAliasFindsItsFunction() throws Exception {
    try (SymbolFile file = SymbolFile.open(Fixtures.program(FLAGS))) {
      assertThat(file.functionsNamed("alias_of_sink"))
          .extracting(Function::name)
          .containsExactly("sink");
      assertThat(file.functionsNamed("square")).isEmpty();
      assertThat(file.functionsNamed("no_such_function")).isEmpty();
    }
  }
}
