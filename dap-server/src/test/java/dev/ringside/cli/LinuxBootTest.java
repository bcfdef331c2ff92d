package dev.ringside.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An unmodified distribution kernel, from a cold start. Needs RINGSIDE_VMLINUZ: the path of a
 * bzImage.
 */
@Tag("slow")
@Tag("kernel")
@Timeout(900)
class LinuxBootTest {
  @TempDir Path folder;

  @Test
  void itBootsUntilItMissesItsRootFileSystem() throws IOException {
    String kernel = System.getenv("RINGSIDE_VMLINUZ");
    Assumptions.assumeTrue(kernel != null, "RINGSIDE_VMLINUZ does not name a kernel");
    Path log = folder.resolve("console.log");
    long start = System.nanoTime();
    int status =
        Ringside.execute(
            "run",
            String.valueOf(kernel),
            "--append",
            "console=ttyS0 earlyprintk=serial nokaslr panic=-1",
            "--memory",
            "512M",
            "--serial",
            "file:" + log,
            "--no-reboot",
            "--timeout",
            "800");
    double seconds = (System.nanoTime() - start) / 1e9;
    String text = Files.readString(log, StandardCharsets.ISO_8859_1);
    System.out.printf("Linux to its panic for want of a root: %.1f s%n", seconds);
    assertThat(text)
        .contains("Linux version 6.")
        .contains("Kernel command line: console=ttyS0")
        .contains("ttyS0 at I/O 0x3f8 (irq = 4")
        .contains("Unable to mount root fs");
    assertThat(status).isZero();
  }
}
