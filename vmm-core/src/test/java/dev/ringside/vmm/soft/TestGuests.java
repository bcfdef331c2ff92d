package dev.ringside.vmm.soft;

import dev.ringside.samples.SampleGuests;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import dev.ringside.vmm.boot.GuestImageException;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The guests of {@code src/test/guests}: each folder's sources, with the boot code and the console
 * of {@code samples/common}, become one ELF file that boots by Multiboot.
 */
final class TestGuests {
  private static final List<String> FLAGS =
      List.of(
          "-std=gnu17",
          "-O1",
          "-m64",
          "-ffreestanding",
          "-mno-red-zone",
          "-mgeneral-regs-only",
          "-fno-pic",
          "-no-pie",
          "-mcmodel=small",
          "-fcf-protection=none",
          "-fno-stack-protector",
          "-fno-asynchronous-unwind-tables",
          "-nostdlib",
          "-static",
          "-Wl,--build-id=none",
          "-Wl,-z,noexecstack",
          "-Wl,-z,max-page-size=4096");
  private static final List<String> COMMON =
      List.of("boot.S", "console.c", "multiboot.c", "options.c", "power.c");
  private static final int TIMEOUT_SECONDS = 60;

  private TestGuests() {}

  /** Builds a guest into a folder; skips the calling test where gcc is missing. */
  static Path build(String name, Path folder) throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "gcc"))),
        "the test guests need gcc, which is not installed");
    Path common = SampleGuests.directory().resolve("common");
    Path script = folder.resolve("kernel.lds");
    run(
        List.of(
            "gcc",
            "-E",
            "-P",
            "-x",
            "assembler-with-cpp",
            "-o",
            script.toString(),
            common.resolve("kernel.lds.S").toString()));
    Path elf = folder.resolve(name + ".elf");
    List<String> command = new ArrayList<>(List.of("gcc"));
    command.addAll(FLAGS);
    command.addAll(List.of("-I", common.toString(), "-Wl,-T," + script, "-o", elf.toString()));
    COMMON.forEach(file -> command.add(common.resolve(file).toString()));
    Path sources = SampleGuests.directory().resolveSibling("vmm-core/src/test/guests/" + name);
    try (Stream<Path> files = Files.list(sources)) {
      files.sorted().forEach(file -> command.add(file.toString()));
    }
    run(command);
    return elf;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + "\n" + output);
    }
  }

  /** Runs a guest on the software processor until it powers off; gives what it printed. */
  static String run(Path elf)
      throws GuestImageException, InterruptedException, ExecutionException, TimeoutException {
    ByteArrayOutputStream serial = new ByteArrayOutputStream();
    MachineConfiguration configuration =
        MachineConfiguration.defaults().withMemory(128L << 20).withSerialOutput(serial);
    try (VirtualMachine machine =
        VirtualMachine.create(
            configuration, Guest.of(GuestImage.open(elf), Optional.empty(), ""))) {
      machine.resume();
      GuestEnd end = machine.ended().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      String output = serial.toString(StandardCharsets.ISO_8859_1).replace("\r", "");
      if (!(end instanceof GuestEnd.PowerOff)) {
        throw new AssertionError(end + "\nafter:\n" + output);
      }
      return output;
    }
  }
}
