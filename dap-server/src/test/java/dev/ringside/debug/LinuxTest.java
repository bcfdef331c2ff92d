package dev.ringside.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A distribution's kernel, stopped at start_kernel with the symbols of its debug package. */
final class LinuxTest {
  private static Path path(String variable) {
    String value = System.getenv(variable);
    Assumptions.assumeTrue(value != null, variable + " is not set");
    return Path.of(String.valueOf(value));
  }

  @Test
  void startKernelIsReachedOnItsLineWithItsStackAndTypes() {
    Path image = path("RINGSIDE_VMLINUZ");
    Path symbols = path("RINGSIDE_VMLINUX");
    try (Rig rig = Rig.onKernel(image, symbols, "console=ttyS0 earlyprintk=serial nokaslr")) {
      assertThat(rig.breakAt("start_kernel").verified()).isTrue();
      rig.resume();
      assertThat(rig.where()).matches("start_kernel:\\d+");
      assertThat(rig.value("$rip")).matches("0xffffffff[0-9a-f]+ <start_kernel.*>");
      assertThat(rig.stack().getLast()).startsWith("secondary_startup_64:");
      assertThat(rig.value("init_task.comm")).isEqualTo("\"swapper\"");
      assertThat(rig.value("((struct task_struct *)&init_task)->pid")).isEqualTo("0");
      assertThat(rig.value("sizeof(struct list_head)")).isEqualTo("16");
      rig.step(StepKind.NEXT);
      assertThat(rig.where()).startsWith("start_kernel:");
    }
  }
}
