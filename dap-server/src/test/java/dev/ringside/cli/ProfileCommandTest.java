package dev.ringside.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.profiler.Profile;
import dev.ringside.profiler.event.RecordedProfile;
import dev.ringside.profiler.export.ProfileJson;
import dev.ringside.samples.SampleGuests;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code ringside profile}: of files, and of a running VM. */
class ProfileCommandTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private PrintStream outputBefore = System.out;
  private PrintStream errorsBefore = System.err;

  @BeforeEach
  void catchOutput() {
    outputBefore = System.out;
    errorsBefore = System.err;
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void releaseOutput() {
    System.setOut(outputBefore);
    System.setErr(errorsBefore);
  }

  private Path recorded(String sample, String ending) {
    Path file = folder.resolve(sample + ending);
    assertThat(
            Ringside.execute(
                "run",
                "--serial",
                "null",
                "--memory",
                "64M",
                "--profile",
                file.toString(),
                SampleGuests.elf(sample).toString()))
        .isZero();
    return file;
  }

  private String out() {
    return output.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aJsonProfileIsPrintedAsTables() {
    Path file = recorded("rings", ".ringside.json");

    assertThat(Ringside.execute("profile", file.toString())).isZero();

    assertThat(out())
        .startsWith("VM exits of rings.elf: ")
        .contains("Ring transitions: ", "syscall_entry", "\nTime: ring 0 ")
        .doesNotContain("\u001b");
  }

  @Test
  void aRecordingIsPrintedAsTablesAndConverted() throws Exception {
    Path file = recorded("traps", ".jfr");

    assertThat(Ringside.execute("profile", file.toString())).isZero();
    assertThat(out()).startsWith("VM exits of traps.elf: ").contains("trap_rdmsr");

    output.reset();
    assertThat(Ringside.execute("profile", file.toString(), "--json")).isZero();
    Profile profile = ProfileJson.parse(out());
    assertThat(profile).isEqualTo(RecordedProfile.read(file));
    assertThat(profile.stacks()).isPresent();
    assertThat(profile.timeline()).isPresent();
  }

  @Test
  void aProfileBecomesAPage() throws Exception {
    Path file = recorded("hello", ".json");
    Path page = folder.resolve("hello.html");

    assertThat(Ringside.execute("profile", file.toString(), "--html", page.toString())).isZero();

    assertThat(out()).isEmpty();
    assertThat(Files.readString(page))
        .contains("id=\"profile\">{\"version\":1,\"guest\":\"hello.elf\"");
  }

  @Test
  void filesThatAreNoProfilesAreSaidInOneLine() throws Exception {
    Path text = Files.writeString(folder.resolve("text.json"), "not\n{a profile");
    Path other = Files.writeString(folder.resolve("other.json"), "{\"version\": 1}");
    Path later = Files.writeString(folder.resolve("later.json"), "{\"version\": 7}");
    Path cut = folder.resolve("cut.jfr");
    Files.write(cut, new byte[] {'F', 'L', 'R', 0, 0, 2, 0});

    refused(66, "is not JSON", text.toString());
    refused(66, "is not a Ringside profile: a field is missing", other.toString());
    refused(66, "version 7, known here is 1", later.toString());
    refused(66, "cut.jfr", cut.toString());
    refused(66, "there is no file", folder.resolve("none.json").toString());
    refused(66, "is a folder", folder.toString());
    refused(66, "there is no running VM 'no-such-vm'", "no-such-vm");
    refused(2, "Missing required parameter");
    refused(2, "exclude each other", text.toString(), "--json", "--html", "F.html");
    refused(2, "--seconds is for a running VM", text.toString(), "--seconds", "1");
    refused(2, "--pid", "--pid", "1");
  }

  private void refused(int status, String why, String... arguments) {
    errors.reset();
    List<String> all = new ArrayList<>(List.of("profile"));
    all.addAll(List.of(arguments));
    assertThat(Ringside.execute(all.toArray(String[]::new))).as(why).isEqualTo(status);
    String said = errors.toString(StandardCharsets.UTF_8);
    assertThat(said).startsWith("ringside: ").contains(why);
    assertThat(said.lines()).hasSize(1);
    assertThat(out()).isEmpty();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aRunningVmsProfileIsPrintedOnceWithoutATerminal() throws Exception {
    Process vm =
        start(
            "run",
            "--name",
            "watched",
            "--serial",
            "null",
            "--trace",
            "exits",
            "--append",
            "loops=2000000000",
            SampleGuests.elf("rings").toString());
    try (BufferedReader trace = vm.errorReader(StandardCharsets.UTF_8)) {
      assertThat(trace.readLine()).startsWith("exit 1: "); // It runs, so its socket is there.
      Thread drain = new Thread(() -> trace.lines().forEach(line -> {}));
      drain.setDaemon(true);
      drain.start();
      Process profile = start("profile", "watched", "--json", "--seconds", "0.5");
      String json = new String(profile.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String said = new String(profile.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(said).isEmpty();
      assertThat(profile.waitFor()).isZero();
      Profile seen = ProfileJson.parse(json);
      assertThat(seen.guest()).isEqualTo("watched");
      assertThat(seen.rings().orElseThrow()).isNotEmpty();
      assertThat(vm.isAlive()).isTrue();
    } finally {
      vm.destroyForcibly().waitFor();
    }
  }

  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Ringside.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }
}
