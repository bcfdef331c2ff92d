package dev.ringside.vmm.x86.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each line of {@code golden-*.txt}: bytes, and what objdump says of them. */
class GoldenVectorsTest {
  @ParameterizedTest
  @EnumSource(CodeSize.class)
  void textAndLength(CodeSize size) throws IOException {
    List<String> wrong = new ArrayList<>();
    int vectors = 0;
    for (String line : lines("golden-" + size.name().substring(4) + ".txt")) {
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      vectors++;
      String[] f = line.split(" ; ", 3);
      byte[] code = HexFormat.ofDelimiter(" ").parseHex(f[0]);
      long address = HexFormat.fromHexDigitsToLong(f[1]);
      Instruction in = Decoder.decode(code, 0, code.length, address, size);
      String text = Disassembler.format(in).replaceAll(" +", " ").toLowerCase(Locale.ROOT);
      if (!text.equals(f[2]) || in.length() != code.length) {
        wrong.add(line + " ; ours: " + text + " (" + in.length() + " bytes)");
      }
    }
    assertThat(vectors).isGreaterThan(1000);
    assertThat(wrong).isEmpty();
  }

  private static List<String> lines(String resource) throws IOException {
    try (InputStream in = GoldenVectorsTest.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
