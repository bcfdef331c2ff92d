package dev.ringside.samples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs a guest under {@code qemu-system-x86_64} (TCG), as a second opinion on what it does. */
public final class Qemu {
  private static final String PROGRAM = "qemu-system-x86_64";
  private static final int TIMEOUT_SECONDS = 60;

  private Qemu() {}

  /**
   * How a run ended.
   *
   * @param status QEMU's exit status: 0 after power-off or reset, {@code (v << 1) | 1} after v was
   *     written to isa-debug-exit
   * @param serial everything that COM1 sent
   */
  public record Run(int status, String serial) {}

  /**
   * Boots {@code guest} with {@code -kernel} until it ends; skips the calling test where QEMU is
   * not installed.
   *
   * @param extra further arguments of QEMU's
   * @throws AssertionError if the guest has not ended after 60 seconds
   */
  public static Run boot(Path guest, String commandLine, String... extra)
      throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        SampleGuests.onPath(PROGRAM) != null, PROGRAM + " is not installed (qemu-system-x86)");
    Path serial = Files.createTempFile("ringside-qemu", ".txt");
    Path messages = Files.createTempFile("ringside-qemu", ".err");
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  PROGRAM, "-accel", "tcg", "-kernel", guest.toString(), "-append", commandLine));
      command.addAll(List.of("-serial", "file:" + serial, "-monitor", "none", "-display", "none"));
      command.addAll(
          List.of("-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-m", "128M"));
      command.addAll(List.of(extra));
      Process qemu =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(messages.toFile())
              .start();
      boolean ended = qemu.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        qemu.destroyForcibly().waitFor();
      }
      String output = Files.readString(serial, StandardCharsets.ISO_8859_1);
      if (!ended) {
        throw new AssertionError(
            guest + " ran for " + TIMEOUT_SECONDS + " s under QEMU; it printed:\n" + output);
      }
      return new Run(qemu.exitValue(), output + Files.readString(messages, StandardCharsets.UTF_8));
    } finally {
      Files.delete(serial);
      Files.delete(messages);
    }
  }
}
