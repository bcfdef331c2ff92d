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
 * The guests of {@code src/test/guests}: each folder's sources (a 64-bit guest's with the boot code
 * and the console of {@code samples/common}) become one ELF file that boots by Multiboot.
 */
final class TestGuests {
  private static final List<String> FLAGS =
      List.of(
          "-std=gnu17",
          "-O1",
          "-ffreestanding",
          "-mgeneral-regs-only",
          "-fno-pic",
          "-no-pie",
          "-fcf-protection=none",
          "-fno-stack-protector",
          "-fno-asynchronous-unwind-tables",
          "-nostdlib",
          "-static",
          "-Wl,--build-id=none",
          "-Wl,-z,noexecstack");
  private static final List<String> FLAGS64 =
      List.of("-m64", "-mno-red-zone", "-mcmodel=small", "-Wl,-z,max-page-size=4096");
  private static final List<String> COMMON =
      List.of("boot.S", "console.c", "multiboot.c", "options.c", "power.c");
  private static final int TIMEOUT_SECONDS = 60;

  private TestGuests() {}

  /** Builds a 64-bit guest into a folder; skips the calling test where gcc is missing. */
  static Path build64(String name, Path folder) throws IOException, InterruptedException {
    requireGcc();
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
    List<String> arguments = new ArrayList<>(FLAGS64);
    arguments.addAll(List.of("-I", common.toString(), "-Wl,-T," + script));
    COMMON.forEach(file -> arguments.add(common.resolve(file).toString()));
    return link(name, folder, arguments);
  }

  /** Builds a 32-bit guest, which brings its own entry and linker script. */
  static Path build32(String name, Path folder) throws IOException, InterruptedException {
    requireGcc();
    return link(
        name,
        folder,
        List.of("-m32", "-march=i686", "-Wl,-T," + sources(name).resolve("kernel.lds")));
  }

  private static Path sources(String name) {
    return SampleGuests.directory().resolveSibling("vmm-core/src/test/guests/" + name);
  }

  private static Path link(String name, Path folder, List<String> arguments)
      throws IOException, InterruptedException {
    Path elf = folder.resolve(name + ".elf");
    List<String> command = new ArrayList<>(List.of("gcc"));
    command.addAll(FLAGS);
    command.addAll(arguments);
    command.addAll(List.of("-o", elf.toString()));
    try (Stream<Path> files = Files.list(sources(name))) {
      files
          .map(Path::toString)
          .filter(file -> file.endsWith(".c") || file.endsWith(".S"))
          .sorted()
          .forEach(command::add);
    }
    run(command);
    return elf;
  }

  private static void requireGcc() {
    Assumptions.assumeTrue(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "gcc"))),
        "the test guests need gcc, which is not installed");
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
