package dev.ringside.symbols;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Assumptions;

/** Compiles the C sources of {@code src/test/fixtures/symbols} with the machine's gcc. */
@NullMarked
public final class Fixtures {
  static final Path SOURCES = Path.of("src/test/fixtures/symbols").toAbsolutePath();
  private static final Path OUTPUT = Path.of("target/fixtures/symbols").toAbsolutePath();
  private static final Map<String, Path> BUILT = new ConcurrentHashMap<>();

  private Fixtures() {}

  /** The variants that most tests run over. */
  static List<String> variants() {
    return List.of(
        "-O0 -gdwarf-4",
        "-O0 -gdwarf-5",
        "-O2 -gdwarf-4",
        "-O2 -gdwarf-5",
        "-m32 -O0 -gdwarf-5",
        "-m32 -O2 -gdwarf-4");
  }

  /** {@code program.c}, linked statically without a library. */
  public static Path program(String flags) {
    return BUILT.computeIfAbsent(
        flags,
        f ->
            compile(
                "program" + f.replaceAll("[^A-Za-z0-9]+", "-"),
                f + " -ffreestanding -fno-pie -no-pie -nostdlib -static -Wl,--build-id",
                "program.c"));
  }

  /** Compiles one source; flags are split at blanks. Skips the test where gcc cannot. */
  static Path compile(String name, String flags, String source) {
    requireTool("gcc");
    try {
      Files.createDirectories(OUTPUT);
      Path output = OUTPUT.resolve(name);
      List<String> command = new ArrayList<>(List.of("gcc"));
      command.addAll(List.of(flags.trim().split(" +")));
      command.addAll(List.of("-o", output.toString(), SOURCES.resolve(source).toString()));
      Result result = runAll(command);
      Assumptions.assumeTrue(
          result.status == 0, () -> "gcc cannot build this here: " + flags + ": " + result.error);
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  record Result(int status, String output, String error) {}

  static void requireTool(String tool) {
    Assumptions.assumeTrue(
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(d -> Files.isExecutable(Path.of(d, tool))),
        () -> tool + " is not installed");
  }

  /** Runs a tool that must succeed; its output's lines. */
  static List<String> run(String... command) {
    requireTool(command[0]);
    Result result = runAll(List.of(command));
    if (result.status != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + result.error);
    }
    return result.output.lines().toList();
  }

  /** Runs a tool that may fail; what it wrote up to then. */
  static List<String> tryToRun(String... command) {
    requireTool(command[0]);
    return runAll(List.of(command)).output.lines().toList();
  }

  private static Result runAll(List<String> command) {
    try {
      Path error = Files.createTempFile("ringside", ".err");
      Process process = new ProcessBuilder(command).redirectError(error.toFile()).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      String errors = Files.readString(error);
      Files.delete(error);
      return new Result(status, output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
