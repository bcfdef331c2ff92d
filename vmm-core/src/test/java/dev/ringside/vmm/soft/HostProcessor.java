package dev.ringside.vmm.soft;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The host's processor, in a process of its own: {@code host-cases.c}, compiled when first needed.
 */
final class HostProcessor implements AutoCloseable {
  private final Process process;
  private final OutputStream out;
  private final DataInputStream in;

  private HostProcessor(Process process) {
    this.process = process;
    this.out = new BufferedOutputStream(process.getOutputStream(), 1 << 18);
    this.in = new DataInputStream(process.getInputStream());
  }

  /** Why this host cannot run the cases; empty if it can. */
  static String unavailable() {
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      return "the host is not x86-64 Linux";
    }
    boolean gcc =
        List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
    return gcc ? "" : "there is no gcc on the PATH to compile host-cases.c";
  }

  /** Why this host does not run 32-bit code; empty if it does. */
  static String refuses32() throws IOException, InterruptedException {
    String reason = unavailable();
    if (!reason.isEmpty()) {
      return reason;
    }
    // Without cases it only finds out.
    Process trial =
        new ProcessBuilder(compile().toString(), "32").redirectErrorStream(true).start();
    trial.getOutputStream().close();
    String said = new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = trial.waitFor();
    return status == 0 ? "" : "the host does not run 32-bit code: " + said.strip();
  }

  static HostProcessor start(CodeMode mode) throws IOException, InterruptedException {
    return new HostProcessor(
        new ProcessBuilder(compile().toString(), nameOf(mode))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** What host-cases calls a mode. */
  static String nameOf(CodeMode mode) {
    return mode.isLong() ? "64" : mode.flat() ? "32" : "32-segments";
  }

  private static Path compile() throws IOException, InterruptedException {
    Path source = Path.of("src/test/c/host-cases.c").toAbsolutePath();
    Path program = Path.of("target", "host-cases").toAbsolutePath();
    Files.createDirectories(program.getParent());
    Path fresh = Files.createTempFile(program.getParent(), "host-cases", "");
    Process gcc =
        new ProcessBuilder(
                "gcc",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-o",
                fresh.toString(),
                source.toString())
            .inheritIO()
            .start();
    if (gcc.waitFor() != 0) {
      throw new IOException("gcc could not compile " + source);
    }
    Files.move(fresh, program, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    return program;
  }

  /** Runs a batch; the results are in the same order. */
  void run(HostState[] cases, HostState[] results) throws IOException, InterruptedException {
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < cases.length; i++) {
                      cases[i].lastOfBatch(i == cases.length - 1);
                      out.write(cases[i].bytes.array());
                    }
                    out.flush();
                  } catch (IOException e) {
                    // The reader finds the end of the stream, and says what happened.
                    process.destroy();
                  }
                });
    for (HostState result : results) {
      in.readFully(result.bytes.array());
    }
    writer.join();
  }

  @Override
  public void close() throws IOException {
    out.close();
    in.close();
    process.destroy();
  }
}
