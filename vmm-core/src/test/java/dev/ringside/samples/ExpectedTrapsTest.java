package dev.ringside.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The table of expected exits agrees with the sources, and with what binutils finds in the ELF. */
class ExpectedTrapsTest {
  @Test
  void everyMarkedLineHoldsTheInstruction() throws Exception {
    Map<String, Set<String>> instructions = instructionsByLine(SampleGuests.elf("traps"));
    List<String> wrong = new ArrayList<>();
    for (ExpectedTraps.Row row : ExpectedTraps.rows()) {
      Pattern pattern = Pattern.compile(mnemonicsOf(row.reason()));
      Set<String> there = instructions.getOrDefault(row.source(), Set.of());
      if (there.stream().noneMatch(mnemonic -> pattern.matcher(mnemonic).matches())) {
        wrong.add(row + " holds " + there);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyMarkInTheSourcesIsInTheTable() throws Exception {
    Set<String> expected = new HashSet<>();
    for (ExpectedTraps.Row row : ExpectedTraps.rows()) {
      expected.add(row.source());
    }
    Set<String> marked = new HashSet<>();
    Path samples = SampleGuests.directory();
    for (String folder : List.of("common", "traps")) {
      try (Stream<Path> files = Files.list(samples.resolve(folder))) {
        for (Path file : files.toList()) {
          addMarkedLines(samples, file, marked);
        }
      }
    }
    assertThat(marked).isEqualTo(expected);
  }

  @Test
  void trapsRunsEverySectionUnderQemu() throws Exception {
    Qemu.Run run = Qemu.boot(SampleGuests.elf("traps"), "", "-cpu", "max");

    assertThat(run.serial())
        .contains("CPUID 3\n", "XSETBV 2\n", "#UD 3\n", "interrupt windows 3\n", "HLT 5\n")
        .contains("VMCALL skipped", "external interrupts 4\n")
        .endsWith("done\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void trapsSkipsWhatThisProcessorLacks() throws Exception {
    Qemu.Run run = Qemu.boot(SampleGuests.elf("traps"), "", "-cpu", "qemu64");

    assertThat(run.serial()).contains("XSETBV skipped", "VMCALL skipped").endsWith("done\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void trapsEndsAsItsCommandLineSays() throws Exception {
    assertThat(Qemu.boot(SampleGuests.elf("traps"), "exit=21").status()).isEqualTo(21 << 1 | 1);
    Qemu.Run triple = Qemu.boot(SampleGuests.elf("traps"), "triple");
    assertThat(triple.serial()).isEqualTo("triple fault\n");
  }

  private static void addMarkedLines(Path samples, Path file, Set<String> marked)
      throws IOException {
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (line.contains("/* trap: ") && !line.contains("/* trap: triple fault */")) {
        marked.add(samples.relativize(file) + ":" + number);
      }
    }
  }

  /** The instructions at which an exit of this reason can happen in traps. */
  private static String mnemonicsOf(String reason) {
    return switch (reason) {
      case "CPUID", "VMCALL", "XSETBV", "WBINVD", "INVD", "INVLPG", "RDTSC", "HLT" ->
          reason.toLowerCase(Locale.ROOT);
      case "IO_INSTRUCTION" -> "(rep )?(in|out|ins|outs)[bwl]?";
      case "MSR_READ" -> "rdmsr";
      case "MSR_WRITE" -> "wrmsr";
      case "CR_ACCESS" -> "mov|clts";
      case "DR_ACCESS" -> "mov";
      case "EXCEPTION_NMI" -> "ud2";
      case "EPT_MISCONFIG" -> "movl?";
      case "INTERRUPT_WINDOW" -> "nop";
      case "EXTERNAL_INTERRUPT" -> "cmp";
      default -> throw new IllegalStateException("no mnemonic known for " + reason);
    };
  }

  /** From objdump: source line (relative to samples/) to the mnemonics of its instructions. */
  private static Map<String, Set<String>> instructionsByLine(Path elf) throws Exception {
    Assumptions.assumeTrue(
        SampleGuests.onPath("objdump") != null, "objdump is not installed (binutils)");
    Process objdump =
        new ProcessBuilder("objdump", "-d", "-l", "--no-show-raw-insn", elf.toString())
            .redirectErrorStream(true)
            .start();
    String prefix = SampleGuests.directory().toRealPath() + "/";
    Pattern lineNumber = Pattern.compile(Pattern.quote(prefix) + "(.*:[0-9]+)( .*)?");
    Pattern instruction = Pattern.compile("\\s+[0-9a-f]+:\\s+((?:rep )?[a-z0-9]+).*");
    Map<String, Set<String>> found = new HashMap<>();
    String source = "";
    String text = new String(objdump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    for (String line : text.lines().toList()) {
      Matcher location = lineNumber.matcher(line);
      Matcher code = instruction.matcher(line);
      if (location.matches()) {
        source = location.group(1);
      } else if (code.matches()) {
        found.computeIfAbsent(source, key -> new HashSet<>()).add(code.group(1));
      }
    }
    assertThat(objdump.waitFor()).isZero();
    return found;
  }
}
