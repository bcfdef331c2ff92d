package dev.ringside.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The guests of {@code samples/}, built with make at the first request of each JVM.
 *
 * <p>A test that asks for one where make or gcc is missing is skipped with that reason; a build
 * that fails is an error. Callable from any thread, and from several JVMs at once.
 */
public final class SampleGuests {
  private static boolean built;

  private SampleGuests() {}

  /** The ELF file of {@code hello}, {@code rings}, {@code traps} or {@code compute}. */
  public static Path elf(String name) {
    return file(name + ".elf");
  }

  /** {@code compute} as a Linux program. */
  public static Path computeNative() {
    return file("compute-native");
  }

  /** The {@code samples} folder, looked for from the working directory upwards. */
  public static Path directory() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path samples = folder.resolve("samples");
      if (Files.exists(samples.resolve("Makefile"))) {
        return samples;
      }
    }
    throw new IllegalStateException("no samples/Makefile in or above " + start);
  }

  /** Where {@code name} is on the PATH, or null. */
  static @Nullable Path onPath(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String folder : path.split(java.io.File.pathSeparator, -1)) {
      Path candidate = Path.of(folder, name);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private static Path file(String name) {
    Path samples = directory();
    build(samples);
    Path file = samples.resolve("build").resolve(name);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException("samples/Makefile builds no " + name);
    }
    return file;
  }

  private static synchronized void build(Path samples) {
    if (built) {
      return;
    }
    for (String tool : List.of("make", "gcc")) {
      Assumptions.assumeTrue(
          onPath(tool) != null,
          () -> "the sample guests need " + tool + ", which is not installed");
    }
    try {
      Path output = Files.createDirectories(samples.resolve("build"));
      try (FileChannel channel =
              FileChannel.open(
                  output.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        make(samples, lock);
      }
      built = true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot build the sample guests", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while building the sample guests", e);
    }
  }

  private static void make(Path samples, FileLock held) throws IOException, InterruptedException {
    assert held.isValid();
    Process make =
        new ProcessBuilder("make", "-C", samples.toString()).redirectErrorStream(true).start();
    make.getOutputStream().close();
    String output = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = make.waitFor();
    if (status != 0) {
      throw new AssertionError(
          "make -C " + samples + " ended with status " + status + "\n" + output);
    }
  }
}
