package dev.ringside.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.profiler.CallPaths;
import dev.ringside.profiler.Profile;
import dev.ringside.profiler.event.ProfileRecording;
import dev.ringside.profiler.export.ProfileJson;
import dev.ringside.samples.SampleGuests;
import dev.ringside.vmm.vmx.ExitReason;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ringside run} shows of its guest: tables, profiles, traces, symbols. */
@Timeout(120)
class RunObservationTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private PrintStream before = System.err;

  @BeforeEach
  void catchErrors() {
    before = System.err;
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void releaseErrors() {
    System.setErr(before);
  }

  private int run(String sample, String... arguments) {
    List<String> all = new ArrayList<>(List.of("run", "--serial", "null", "--memory", "64M"));
    all.addAll(Arrays.asList(arguments));
    all.add(SampleGuests.elf(sample).toString());
    return Ringside.execute(all.toArray(String[]::new));
  }

  private String message() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  @Test
  void statsPrintsBothTablesWithoutColourIntoAFile() {
    assertThat(run("rings", "--stats")).isZero();

    assertThat(message())
        .contains("VM exits of rings.elf: ", "Ring transitions: ", "syscall_entry", "Time: ring 0 ")
        .containsPattern(" IO_INSTRUCTION +port 0x3f8 out 1 +0 +put_char +common/console.c:\\d+\n")
        .doesNotContain("\u001b");
  }

  @Test
  void statsArePrintedAfterATimeoutToo() {
    assertThat(run("rings", "--stats", "--timeout", "1", "--append", "loops=1000000000"))
        .isEqualTo(124);

    assertThat(message()).contains("did not end within 1.0 s", "Ring transitions: ");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void statsArePrintedWhenAPersonInterrupts() throws Exception {
    Process ringside =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Ringside.class.getName(),
                "run",
                "--stats",
                "--trace",
                "rings",
                "--append",
                "loops=1000000000",
                SampleGuests.elf("rings").toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    ringside.getOutputStream().close();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(ringside.getErrorStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null && !line.startsWith("ring 3 -> 0")) {
        line = lines.readLine();
      }
      new ProcessBuilder("kill", "-INT", Long.toString(ringside.pid())).start().waitFor();
      String rest =
          lines.lines().filter(l -> !l.startsWith("ring ")).collect(Collectors.joining("\n"));
      assertThat(rest).contains("VM exits of rings.elf: ", "Ring transitions: ", "Time: ring 0 ");
      assertThat(ringside.waitFor()).isEqualTo(130);
    } finally {
      ringside.destroyForcibly();
    }
  }

  @Test
  void theJsonProfileIsThatOfTheRun() throws Exception {
    Path file = folder.resolve("traps.ringside.json");

    assertThat(run("traps", "--profile", file.toString())).isZero();

    assertThat(message()).isEmpty();
    Profile profile = ProfileJson.read(file);
    assertThat(profile.guest()).isEqualTo("traps.elf");
    assertThat(profile.exits())
        .anySatisfy(
            row -> {
              assertThat(row.reason()).isEqualTo(ExitReason.MSR_READ);
              assertThat(row.detail()).isEqualTo("msr 0x1b");
              assertThat(row.place().symbol()).isEqualTo("trap_rdmsr");
              assertThat(row.count()).isEqualTo(7);
            });
  }

  @Test
  void theHtmlProfileIsAPageWithCallPathsAndTimeline() throws Exception {
    Path file = folder.resolve("hello.html");

    assertThat(run("hello", "--profile", file.toString())).isZero();

    assertThat(message()).isEmpty();
    String page = Files.readString(file);
    String data =
        page.replaceFirst("(?s).*<script type=\"application/json\" id=\"profile\">", "")
            .replaceFirst("(?s)</script>.*", "");
    Profile profile = ProfileJson.parse(data);
    CallPaths stacks = profile.stacks().orElseThrow();
    assertThat(stacks.exits()).isEqualTo(profile.exitCount());
    assertThat(stacks.frames()).anyMatch(frame -> "kmain".equals(frame.symbol()));
    assertThat(profile.timeline()).isPresent();
  }

  @Test
  void theRecordingIsComplete() throws Exception {
    Path file = folder.resolve("hello.jfr");

    assertThat(run("hello", "--profile", file.toString())).isZero();

    assertThat(message()).isEmpty();
    assertThat(ProfileRecording.lostEvents(file)).isZero();
  }

  @Test
  void aProfileThatCannotBeWrittenIsSaidBeforeTheGuestRuns() {
    Path file = folder.resolve("no/such/folder/F.json");

    assertThat(run("hello", "--profile", file.toString())).isEqualTo(66);
    assertThat(message()).isEqualTo("ringside: the profile cannot be written: " + file + "\n");
  }

  @Test
  void formsThatAreNotBuiltAreUsageErrors() {
    assertThat(run("hello", "--profile", "F.pb.gz")).isEqualTo(2);
    assertThat(message()).contains("ends in none of .jfr, .json, .ringside.json and .html");
    assertThat(run("hello", "--trace", "everything")).isEqualTo(2);
  }

  @Test
  void traceShowsExitsExceptionsAndRingsWithSymbols() {
    assertThat(run("rings", "--trace", "exits,exceptions,rings")).isZero();

    assertThat(message().lines())
        .anyMatch(
            line ->
                line.matches(
                    "exit \\d+: rip 0x[0-9a-f]+ <put_char\\+0x[0-9a-f]+> cpl 0 IO_INSTRUCTION"
                        + " port 0x3f8 out 1  [\\d,]+ ns"))
        .anyMatch(
            line ->
                line.matches(
                    "exception: vector 14 \\(#PF\\) error code 0x[46] cr2 0x[0-9a-f]+ cpl 3"
                        + " rip 0x[0-9a-f]+ <.*>"))
        .anyMatch(
            line ->
                line.matches(
                    "ring 3 -> 0: SYSCALL rip 0x[0-9a-f]+ <.*> to 0x[0-9a-f]+ <syscall_entry>"))
        .anyMatch(line -> line.startsWith("ring 3 -> 0: INTERRUPT vector 32 rip "))
        .last()
        .asString()
        .startsWith("exit ")
        .endsWith("port 0x604 out 2");
  }

  @Test
  void aTripleFaultsReportNamesItsAddresses() {
    assertThat(run("traps", "--append", "triple")).isEqualTo(70);

    assertThat(message())
        .containsPattern("IO_INSTRUCTION +rip 0x[0-9a-f]+ <put_char\\+0x[0-9a-f]+>  port 0x3f8");
    String exceptions = message().substring(message().indexOf("last exceptions"));
    assertThat(exceptions).containsPattern("rip 0x[0-9a-f]+ <\\w+(\\+0x[0-9a-f]+)?>");
  }

  @Test
  void symbolsThatAreNotThereAreSaid() {
    assertThat(run("hello", "--symbols", folder.resolve("vmlinux").toString())).isEqualTo(66);
    assertThat(message().strip().lines()).hasSize(1);
    assertThat(message()).startsWith("ringside: ").contains("vmlinux");
  }
}
