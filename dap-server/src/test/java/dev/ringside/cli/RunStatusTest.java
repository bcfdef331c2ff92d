package dev.ringside.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.samples.SampleGuests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every exit status of {@code ringside run} (CONTRACTS.md), with one clear message where something
 * went wrong.
 */
@Timeout(120)
class RunStatusTest {
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

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("run", "--serial", "null", "--memory", "64M"));
    all.addAll(Arrays.asList(arguments));
    return Ringside.execute(all.toArray(String[]::new));
  }

  private String message() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  private void saysInOneLine(String... parts) {
    assertThat(message().strip().lines()).hasSize(1);
    assertThat(message()).startsWith("ringside: ").contains(parts).doesNotContain("Exception");
  }

  @Test
  void powerOffIsZero() {
    assertThat(run(SampleGuests.elf("hello").toString())).isZero();
    assertThat(message()).isEmpty();
  }

  @Test
  void theDebugExitPortGivesItsByteShiftedWithABit() {
    assertThat(run("--append", "exit=3", SampleGuests.elf("traps").toString())).isEqualTo(7);
  }

  @Test
  void aTripleFaultIs70WithRegistersExitsAndExceptions() {
    assertThat(run("--append", "triple", SampleGuests.elf("traps").toString())).isEqualTo(70);
    assertThat(message())
        .contains("triple fault", "RIP", "CR3", "last VM exits", "last exceptions");
  }

  @Test
  void usageErrorsAre2() {
    assertThat(Ringside.execute("run")).isEqualTo(2);
    assertThat(Ringside.execute("run", "--memory", "lots", "x")).isEqualTo(2);
    assertThat(Ringside.execute("run", "--no-such-option", "x")).isEqualTo(2);
    assertThat(Ringside.execute("no-such-command")).isEqualTo(2);
    assertThat(message()).doesNotContain("Exception").contains("--help");
  }

  @Test
  void aMissingGuestIs66() {
    assertThat(run(folder.resolve("nothing").toString())).isEqualTo(66);
    saysInOneLine("nothing", "no such file");
  }

  @Test
  void aDirectoryIs66() {
    assertThat(run(folder.toString())).isEqualTo(66);
    saysInOneLine(folder.getFileName().toString());
  }

  @Test
  void anEmptyGuestIs66() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThat(run(empty.toString())).isEqualTo(66);
    saysInOneLine("empty");
  }

  @Test
  void aTruncatedGuestIs66() throws IOException {
    byte[] hello = Files.readAllBytes(SampleGuests.elf("hello"));
    Path cut = folder.resolve("cut.elf");
    Files.write(cut, Arrays.copyOf(hello, 4200));
    assertThat(run(cut.toString())).isEqualTo(66);
    saysInOneLine("cut.elf");
  }

  @Test
  void anotherArchitectureIs66() throws IOException, InterruptedException {
    Path elf = AssembledGuest.of(folder, "foreign", "hlt");
    byte[] bytes = Files.readAllBytes(elf);
    bytes[18] = (byte) 183; // EM_AARCH64
    Files.write(elf, bytes);
    assertThat(run(elf.toString())).isEqualTo(66);
    saysInOneLine("foreign.elf");
  }

  @Test
  void anObjectFileIs66() throws IOException, InterruptedException {
    Path elf = AssembledGuest.of(folder, "object", "hlt");
    byte[] bytes = Files.readAllBytes(elf);
    bytes[16] = 1; // ET_REL
    Files.write(elf, bytes);
    assertThat(run(elf.toString())).isEqualTo(66);
    saysInOneLine("object.elf");
  }

  @Test
  void aHaltThatNothingCanWakeIs72() throws IOException, InterruptedException {
    assertThat(run(AssembledGuest.of(folder, "halt", "cli", "hlt").toString())).isEqualTo(72);
    saysInOneLine("HLT");
  }

  @Test
  void aJumpIntoNothingIs72() throws IOException, InterruptedException {
    assertThat(run(AssembledGuest.of(folder, "jump", "mov eax, 0x30000000", "jmp rax").toString()))
        .isEqualTo(72);
    saysInOneLine("unbacked", "0x30000000");
  }

  @Test
  void aGuestThatWritesOverItsOwnPageTablesTripleFaults() throws IOException, InterruptedException {
    Path elf =
        AssembledGuest.of(
            folder,
            "tables",
            "mov rdi, cr3",
            "mov rbx, rdi",
            "xor eax, eax",
            "mov ecx, 512",
            "cld",
            "rep stosq",
            "mov cr3, rbx",
            "hlt");
    assertThat(run(elf.toString())).isEqualTo(70);
    assertThat(message()).contains("triple fault", "#PF");
  }

  @Test
  void anEndlessGuestIsGivenUpWith124() throws IOException, InterruptedException {
    Path elf = AssembledGuest.of(folder, "loop", "1: jmp 1b");
    assertThat(run("--timeout", "0.5", elf.toString())).isEqualTo(124);
    saysInOneLine("0.5 s");
  }

  @Test
  void aResetEndsTheGuestWithNoReboot() throws IOException, InterruptedException {
    Path elf = AssembledGuest.of(folder, "reset", "mov al, 0xfe", "out 0x64, al", "1: jmp 1b");
    assertThat(run("--no-reboot", elf.toString())).isZero();
  }

  @Test
  void aMissingInitrdIs66() {
    assertThat(
            run(
                "--initrd",
                folder.resolve("none").toString(),
                SampleGuests.elf("hello").toString()))
        .isEqualTo(66);
    saysInOneLine("initrd", "none");
  }
}
