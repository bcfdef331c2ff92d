package dev.ringside.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.samples.SampleGuests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Numbers that expressions have, held against GDB's on the same program. */
final class GdbAgreementTest {
  private static final List<String> EXPRESSIONS =
      List.of(
          "sizeof(struct node)",
          "sizeof(union status)",
          "sizeof squares",
          "-7 / 2",
          "-7 % 3",
          "-1 > 1u",
          "-1L < 1u",
          "2147483647 + 1u",
          "0x80000000 + 0",
          "1 << 31",
          "1u << 31",
          "-1 >> 4",
          "~0ul >> 60",
          "(unsigned char)300",
          "(short)0x12345",
          "(unsigned)-1",
          "(long)(int)0x80000000",
          "(int)3.99",
          "(int)-3.99",
          "7 & 3 == 3",
          "1 | 2 ^ 3 & 4",
          "10 - 4 - 3",
          "1 ? 2 : 3",
          "!5 + !0",
          "3 > 2 > 1",
          "&squares[6] - &squares[1]",
          "(long)&((struct node *)0)->at.y",
          "first.at.x + second.at.y * third.at.x",
          "second.colour == GREEN",
          "first.colour + BLUE",
          "(unsigned long)&first == (unsigned long)second.next",
          "*(int *)&third.at",
          "\"abc\"[1] + 0",
          "'\\n' + '\\x41' + '\\101'");

  @Test
  void numbersAgree() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "gdb"))),
        "gdb is not installed");
    List<String> command = new ArrayList<>(List.of("gdb", "-batch", "-nx"));
    command.addAll(List.of("-ex", "list kmain"));
    for (String expression : EXPRESSIONS) {
      command.addAll(List.of("-ex", "output " + expression, "-ex", "echo \\n"));
    }
    command.add(SampleGuests.elf("hello").toString());
    Process gdb = new ProcessBuilder(command).start();
    gdb.getOutputStream().close();
    List<String> lines =
        new String(gdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertThat(gdb.waitFor()).isZero();
    List<String> theirs = lines.subList(lines.size() - EXPRESSIONS.size(), lines.size());
    List<String> expected = new ArrayList<>();
    List<String> ours = new ArrayList<>();
    try (Rig rig = Rig.on("hello")) {
      rig.breakAt("kmain");
      rig.resume();
      for (int i = 0; i < EXPRESSIONS.size(); i++) {
        expected.add(EXPRESSIONS.get(i) + " = " + theirs.get(i).replaceFirst(" .*", ""));
        String value = rig.value(EXPRESSIONS.get(i));
        ours.add(EXPRESSIONS.get(i) + " = " + value.replaceFirst(" .*", ""));
      }
    }
    assertThat(ours).isEqualTo(expected);
  }
}
