package dev.ringside.vmm.soft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.samples.Qemu;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What paging, privilege, segmentation, debugging and event delivery do, as a guest sees it:
 * against lines that were held against the SDM, and against QEMU.
 */
final class SystemBehaviourTest {
  /** Where QEMU 7.2's TCG departs from the SDM, by the line's name, and how. */
  private static final Map<String, String> QEMU_DEVIATES =
      Map.of(
          "user: INT 82h", "the IDT index in the error code is the vector times 2 (SDM 3A, 6.13)",
          "a gate that is not present", "the same",
          "INT beyond the IDT", "the same",
          "#UD to a gate not present", "EXT is not set although the event is an exception");

  @TempDir private Path folder;

  @Test
  void longModeIsWhatTheManualSays() throws Exception {
    assertThat(TestGuests.run(TestGuests.build64("longmode", folder)).lines().toList())
        .containsExactlyElementsOf(expected("longmode.txt"));
  }

  @Test
  void protectedModeIsWhatTheManualSays() throws Exception {
    assertThat(TestGuests.run(TestGuests.build32("protected", folder)).lines().toList())
        .containsExactlyElementsOf(expected("protected.txt"));
  }

  @Test
  void longModeIsAsUnderQemu() throws Exception {
    asUnderQemu(TestGuests.build64("longmode", folder), 140);
  }

  @Test
  void protectedModeIsAsUnderQemu() throws Exception {
    asUnderQemu(TestGuests.build32("protected", folder), 95);
  }

  private static List<String> expected(String name) throws IOException {
    try (InputStream in = SystemBehaviourTest.class.getResourceAsStream(name)) {
      byte[] text = Objects.requireNonNull(in).readAllBytes();
      return new String(text, StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static void asUnderQemu(Path elf, int leastLines) throws Exception {
    List<String> qemu = comparable(qemu(elf));
    List<String> soft = comparable(TestGuests.run(elf));
    assertThat(qemu).hasSizeGreaterThan(leastLines);
    assertThat(soft).containsExactlyElementsOf(qemu);
  }

  private static String qemu(Path elf) throws IOException, InterruptedException {
    return Qemu.boot(elf, "", "-cpu", "qemu64,vendor=GenuineIntel,+smep,+smap").serial();
  }

  /** Without what only a strict processor prints, QEMU's known departures, and what TCG lacks. */
  private static List<String> comparable(String output) {
    return output
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("strict: "))
        .filter(line -> QEMU_DEVIATES.keySet().stream().noneMatch(line::startsWith))
        // TCG pushes RF = 0 for every fault (SDM 3B, 18.3.1.1).
        .map(line -> line.replaceFirst(" rf=[01]", ""))
        .map(SystemBehaviourTest::withPresentBit)
        .toList();
  }

  /** TCG leaves P out of the error code of a reserved bit (SDM 3A, 4.7: it is then always 1). */
  private static String withPresentBit(String line) {
    Matcher m = Pattern.compile("vector=(14|e) error=([0-9a-f]+)").matcher(line);
    if (!m.find()) {
      return line;
    }
    int error = Integer.parseInt(m.group(2), 16);
    int complete = (error & 8) != 0 ? error | 1 : error;
    return m.replaceFirst("vector=14 error=" + Integer.toHexString(complete));
  }
}
