package dev.ringside.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.cli.DoctorCommand.Check;
import dev.ringside.cli.DoctorCommand.Mark;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code ringside doctor} is short, aligned, and says what to do. */
class DoctorCommandTest {
  @Test
  void everyLineHasAMarkAndTheFindingsAreInOneColumn() {
    StringWriter out = new StringWriter();

    int status = new CommandLine(new DoctorCommand()).setOut(new PrintWriter(out)).execute();

    assertThat(status).isZero();
    List<String> lines = out.toString().lines().toList();
    List<String> checks = lines.subList(0, lines.size() - 1);
    assertThat(checks).hasSizeBetween(8, 12).allMatch(l -> l.matches(" {2}(ok|--|no) {2}\\S.*"));
    int column = checks.getFirst().indexOf("Java") + "qemu-system-x86_64".length() + 2;
    assertThat(checks).allMatch(l -> l.startsWith("  ", column - 2) && l.charAt(column) != ' ');
    assertThat(out.toString()).contains("Java", "soft backend", "kvm backend", "memory");
  }

  @Test
  void whatIsMissingComesWithWhatToDo() {
    assertThat(DoctorCommand.kvm(Optional.of("there is no /dev/kvm: load kvm_intel")))
        .isEqualTo(new Check(Mark.OPTIONAL, "kvm backend", "there is no /dev/kvm: load kvm_intel"));
    assertThat(DoctorCommand.program("/nowhere", "gcc", "gcc", "builds the sample guests"))
        .isEqualTo(
            new Check(
                Mark.OPTIONAL,
                "gcc",
                "not on the PATH; builds the sample guests; on Debian: apt install gcc"));
    assertThat(DoctorCommand.memory(4L << 30, 100L << 20).mark()).isEqualTo(Mark.OPTIONAL);
    assertThat(DoctorCommand.memory(4L << 30, 2L << 30))
        .isEqualTo(new Check(Mark.OK, "memory", "4.0 GiB, 2.0 GiB free"));
  }
}
