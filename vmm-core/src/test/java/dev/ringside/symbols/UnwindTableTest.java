package dev.ringside.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of call frame information against {@code readelf --debug-dump=frames-interp}. */
class UnwindTableTest {
  static List<String> variants() {
    List<String> all = new ArrayList<>();
    for (String variant : Fixtures.variants()) {
      all.add(variant);
      all.add(variant + " -fno-asynchronous-unwind-tables");
      all.add(variant + " -fomit-frame-pointer");
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyRowIsAsReadelfInterpretsIt(String flags) throws Exception {
    var program = Fixtures.program(flags);
    int rows = 0;
    try (SymbolFile file = SymbolFile.open(program)) {
      List<String> columns = List.of();
      for (String line :
          Fixtures.run("readelf", "--debug-dump=frames-interp", program.toString())) {
        List<String> words = List.of(line.trim().split(" +", -1));
        if (words.getFirst().equals("LOC")) {
          columns = words;
        } else if (words.size() == columns.size() && words.getFirst().matches("[0-9a-f]{8,16}")) {
          long address = Long.parseUnsignedLong(words.getFirst(), 16);
          List<String> expected = new ArrayList<>();
          for (int i = 2; i < words.size(); i++) {
            if (!words.get(i).equals("u")) {
              expected.add(columns.get(i) + "=" + words.get(i));
            }
          }
          if (address < 0x1000) {
            continue; // the common entry's own row
          }
          String ours = file.unwinder().describe(address).orElseThrow();
          List<String> parts = List.of(ours.split(" ", -1));
          assertThat(parts.getFirst().toLowerCase(Locale.ROOT)).as(line).isEqualTo(words.get(1));
          assertThat(parts.subList(1, parts.size()))
              .as(line)
              .containsExactlyInAnyOrderElementsOf(expected);
          rows++;
        }
      }
    }
    assertThat(rows).isGreaterThan(5);
  }
}
