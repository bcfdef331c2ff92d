package dev.ringside.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.ringside.vmm.kvm.KvmMachine;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ringside doctor}: what works on this host, and what to do about what does not. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Says what works on this host, and what to do about what does not.")
final class DoctorCommand implements Callable<Integer> {
  private static final int OLDEST_JAVA = 25;
  private static final long GIB = 1L << 30;

  /** How a part of the host is. */
  enum Mark {
    OK("ok", "\u001b[32m"),
    /** Something that a person may want is not there. */
    OPTIONAL("--", "\u001b[33m"),
    MISSING("no", "\u001b[31m");

    private final String label;
    private final String colour;

    Mark(String label, String colour) {
      this.label = label;
      this.colour = colour;
    }
  }

  /**
   * What was found.
   *
   * @param finding how it is, or what is wrong and what to do
   */
  record Check(Mark mark, String subject, String finding) {}

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    boolean colour = Terminal.colourOnStandardOutput();
    List<Check> checks = checks(colour);
    int width = checks.stream().mapToInt(c -> c.subject.length()).max().orElse(0);
    for (Check c : checks) {
      String mark = colour ? c.mark.colour + c.mark.label + "\u001b[0m" : c.mark.label;
      out.println("  " + mark + "  " + pad(c.subject, width) + "  " + c.finding);
    }
    boolean well = checks.stream().noneMatch(c -> c.mark == Mark.MISSING);
    out.println(
        well
            ? "Ringside works here. Next: ringside run GUEST --stats"
            : "Lines marked no: parts of Ringside that do not work here yet.");
    out.flush();
    return 0;
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static List<Check> checks(boolean colour) {
    List<Check> checks = new ArrayList<>();
    checks.add(java());
    checks.add(new Check(Mark.OK, "soft backend", "works on every host, without privileges"));
    checks.add(kvm(KvmMachine.problem()));
    checks.add(memory());
    checks.add(
        new Check(
            Mark.OK,
            "terminal",
            colour ? "colour" : "no colour: standard output is no terminal, or NO_COLOR is set"));
    String path = System.getenv().getOrDefault("PATH", "");
    checks.add(program(path, "gcc", "gcc", "builds the sample guests"));
    checks.add(program(path, "make", "make", "builds the sample guests"));
    checks.add(
        program(path, "qemu-system-x86_64", "qemu-system-x86", "some tests compare with it"));
    checks.add(program(path, "gdb", "gdb", "some tests compare with it"));
    return checks;
  }

  private static Check java() {
    Runtime.Version version = Runtime.version();
    String where = version + " in " + System.getProperty("java.home");
    return version.feature() >= OLDEST_JAVA
        ? new Check(Mark.OK, "Java", where)
        : new Check(Mark.MISSING, "Java", where + ": install a JDK " + OLDEST_JAVA + " or newer");
  }

  static Check kvm(Optional<String> problem) {
    return problem
        .map(why -> new Check(Mark.OPTIONAL, "kvm backend", why))
        .orElseGet(
            () -> new Check(Mark.OK, "kvm backend", "/dev/kvm opens and has all that is needed"));
  }

  private static Check memory() {
    OperatingSystemMXBean host = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long free = availableOnLinux().orElse(host.getFreeMemorySize());
    return memory(host.getTotalMemorySize(), free);
  }

  /** What programs could get, page cache included; the JDK only tells what nothing uses. */
  private static OptionalLong availableOnLinux() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty(); // Not Linux.
    }
  }

  static Check memory(long total, long free) {
    String sizes =
        String.format(
            Locale.ROOT, "%.1f GiB, %.1f GiB free", (double) total / GIB, (double) free / GIB);
    return free >= GIB
        ? new Check(Mark.OK, "memory", sizes)
        : new Check(
            Mark.OPTIONAL,
            "memory",
            sizes + ": a guest gets 512 MiB unless --memory says less; close other programs");
  }

  /** A program that is good to have. */
  static Check program(String path, String name, String debianPackage, String use) {
    for (String folder : path.split(java.io.File.pathSeparator, -1)) {
      for (String file : List.of(name, name + ".exe")) {
        Path candidate = Path.of(folder.isEmpty() ? "." : folder, file);
        if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
          return new Check(Mark.OK, name, candidate + " (" + use + ")");
        }
      }
    }
    return new Check(
        Mark.OPTIONAL,
        name,
        "not on the PATH; " + use + "; on Debian: apt install " + debianPackage);
  }
}
