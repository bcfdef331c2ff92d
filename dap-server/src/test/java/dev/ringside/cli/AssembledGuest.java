package dev.ringside.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A plain ELF64 guest of a few instructions, assembled by gcc: entered in long mode,
 * identity-mapped.
 */
final class AssembledGuest {
  private AssembledGuest() {}

  /** Assembles Intel-syntax lines that start at {@code _start}, linked at 1 MiB. */
  static Path of(Path folder, String name, String... lines)
      throws IOException, InterruptedException {
    Path source = folder.resolve(name + ".S");
    Path elf = folder.resolve(name + ".elf");
    Files.writeString(
        source,
        ".intel_syntax noprefix\n.text\n.globl _start\n_start:\n"
            + String.join("\n", lines)
            + "\n");
    Process gcc;
    try {
      gcc =
          new ProcessBuilder(
                  "gcc",
                  "-nostdlib",
                  "-static",
                  "-no-pie",
                  "-Wl,-Ttext=0x100000",
                  "-Wl,--build-id=none",
                  "-Wl,--omagic",
                  "-o",
                  elf.toString(),
                  source.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      Assumptions.abort("gcc is not installed: " + e.getMessage());
      throw e;
    }
    String output = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(gcc.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(gcc.exitValue()).as(output).isZero();
    return elf;
  }
}
