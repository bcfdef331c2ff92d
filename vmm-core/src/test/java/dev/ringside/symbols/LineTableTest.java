package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.symbols.model.LineMatch;
import dev.ringside.symbols.model.LineRow;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Line tables against {@code readelf --debug-dump=decodedline} and GDB's {@code info line}. */
class LineTableTest {
  private static final Pattern ROW =
      Pattern.compile("^(\\S+)\\s+(\\d+)\\s+0x([0-9a-f]+)(?:\\s+\\d+)?(\\s+x)?\\s*$");

  static List<String> variants() {
    return Fixtures.variants();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyRowThatReadelfDecodesIsThere(String flags) throws Exception {
    var program = Fixtures.program(flags);
    int rows = 0;
    try (SymbolFile file = SymbolFile.open(program)) {
      List<LineRow> ours = file.linesBetween(text(file), text(file) + 0x10000);
      List<String> described = new ArrayList<>();
      for (LineRow row : ours) {
        described.add(
            "%s %d %x %s"
                .formatted(
                    row.file().name().replaceAll(".*/", ""),
                    row.line(),
                    row.address(),
                    row.isStatement()));
      }
      for (String line : Fixtures.run("readelf", "--debug-dump=decodedline", program.toString())) {
        Matcher m = ROW.matcher(line);
        if (m.matches()) {
          assertThat(described)
              .contains(
                  "%s %s %s %s".formatted(m.group(1), m.group(2), m.group(3), m.group(4) != null));
          rows++;
        }
      }
    }
    assertThat(rows).isGreaterThan(60);
  }

  private static long text(SymbolFile file) {
    return file.symbolsNamed("sink").getFirst().address();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyAddressHasTheLineThatGdbSays(String flags) throws Exception {
    var program = Fixtures.program(flags);
    try (SymbolFile file = SymbolFile.open(program)) {
      List<String> command = new ArrayList<>(List.of("gdb", "-nx", "-batch"));
      List<Long> addresses = new ArrayList<>();
      for (LineRow row : file.linesBetween(text(file), text(file) + 0x10000)) {
        if (row.endAddress() > row.address()) {
          addresses.add(row.endAddress() - 1);
          command.addAll(List.of("-ex", "info line *0x" + Long.toHexString(row.endAddress() - 1)));
        }
      }
      command.add(program.toString());
      List<String> theirs = Fixtures.run(command.toArray(new String[0]));
      for (int i = 0; i < addresses.size(); i++) {
        LineRow ours = file.lineAt(addresses.get(i)).orElseThrow();
        assertThat(theirs.get(i))
            .startsWith("Line %d of \"%s\"".formatted(ours.line(), ours.file().path()));
      }
    }
  }

  @Test
  void aLineWithoutCodeMovesToTheNextThatHasSome() throws Exception {
    try (SymbolFile file = SymbolFile.open(Fixtures.program("-O0 -gdwarf-5"))) {
      String source = Fixtures.SOURCES.resolve("program.c").toString();
      LineMatch onComment = file.findLine(source, 1).orElseThrow();
      assertThat(onComment.moved()).isTrue();
      assertThat(onComment.line()).isEqualTo(47); // sink's line is 46, and its body 47
      assertThat(onComment.rows()).hasSize(1);
      LineMatch exact = file.findLine("program.c", 51).orElseThrow();
      assertThat(exact.moved()).isFalse();
      assertThat(file.findLine("program.c", 100_000)).isEmpty();
      assertThat(file.findLine("rogram.c", 51)).isEmpty();
      assertThat(file.findLine("other/program.c", 51)).isEmpty();
      assertThat(file.linesWithCode("program.c", 50, 56)).containsExactly(50, 51, 52, 53, 54, 55);
    }
  }

  @Test
  void aHeadersLineIsFoundWhereItWasInlined() throws Exception {
    try (SymbolFile file = SymbolFile.open(Fixtures.program("-O2 -gdwarf-5"))) {
      LineMatch match = file.findLine("symbols/program.h", 7).orElseThrow();
      assertThat(match.rows()).isNotEmpty();
      String function =
          file.symbolAt(match.rows().getFirst().address()).orElseThrow().symbol().name();
      assertThat(function).isEqualTo("use_inline");
      assertThat(file.sourceFiles())
          .anyMatch(f -> f.path().equals(Fixtures.SOURCES.resolve("program.h").toString()));
    }
  }
}
