package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.model.LineMatch;
import dev.ringside.symbols.model.LineRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where breakpoints go, against where GDB puts them. */
class BreakpointPlaceTest {
  private static final Pattern PLACE =
      Pattern.compile(
          "Breakpoint \\d+ at 0x([0-9a-f]+): file (.*), line (\\d+)\\.", Pattern.DOTALL);
  private static final List<String> FUNCTIONS =
      List.of("sink", "operate", "use_inline", "variable_length", "by_value", "split", "_start");

  static List<String> variants() {
    List<String> all = new ArrayList<>(Fixtures.variants());
    all.add("-O1 -gdwarf-5");
    all.add("-Og -gdwarf-4");
    all.add("-Os -gdwarf-5");
    all.add("-O0 -gdwarf-5 -fcf-protection=full");
    all.add("-O0 -gdwarf-5 -fomit-frame-pointer");
    all.add("-m32 -O0 -gdwarf-4 -fomit-frame-pointer");
    return all;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aFunctionBreakpointIsWhereGdbPutsIt(String flags) throws Exception {
    var program = Fixtures.program(flags);
    List<String> theirs =
        Gdb.ask(program, FUNCTIONS.stream().map(name -> "break " + name).toList());
    try (SymbolFile file = SymbolFile.open(program)) {
      for (int i = 0; i < FUNCTIONS.size(); i++) {
        Matcher m = PLACE.matcher(theirs.get(i));
        assertThat(m.find()).as(theirs.get(i)).isTrue();
        Function function = file.functionsNamed(FUNCTIONS.get(i)).getFirst();
        long address = function.breakpointAddress();
        assertThat(Long.toHexString(address)).as(FUNCTIONS.get(i)).isEqualTo(m.group(1));
        assertThat(file.lineAt(address).orElseThrow().line())
            .as(FUNCTIONS.get(i))
            .isEqualTo(Integer.parseInt(m.group(3)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aLineBreakpointIsWhereGdbPutsIt(String flags) throws Exception {
    var program = Fixtures.program(flags);
    List<String> commands = new ArrayList<>();
    for (int line = 44; line <= 140; line++) {
      commands.add("break program.c:" + line);
    }
    List<String> theirs = Gdb.ask(program, commands);
    int compared = 0;
    try (SymbolFile file = SymbolFile.open(program)) {
      for (int line = 44; line <= 140; line++) {
        Matcher m = PLACE.matcher(theirs.get(line - 44));
        Optional<LineMatch> ours = file.findLine("program.c", line);
        if (m.find() && Integer.parseInt(m.group(3)) >= line) {
          List<LineRow> rows = ours.orElseThrow().rows();
          assertThat(rows).as("line " + line).hasSize(1);
          assertThat(rows.getFirst().address())
              .as("line " + line)
              .isEqualTo(Long.parseUnsignedLong(m.group(1), 16));
          compared++;
        } else if (theirs.get(line - 44).contains("locations)")) {
          int count =
              Integer.parseInt(theirs.get(line - 44).replaceAll("(?s).*\\((\\d+) loc.*", "$1"));
          assertThat(ours.orElseThrow().rows()).as("line " + line).hasSize(count);
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(20);
  }
}
