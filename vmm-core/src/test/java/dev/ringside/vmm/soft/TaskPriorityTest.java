package dev.ringside.vmm.soft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.samples.Qemu;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CR8 and the task-priority register of the local APIC, as a guest sees them. */
final class TaskPriorityTest {
  private static final List<String> EXPECTED =
      List.of(
          "CR8 is 5: tpr=50 cr8=5",
          "TPR is 30: tpr=30 cr8=3",
          "CR8 was 9, TPR is 20: tpr=20 cr8=2",
          "TPR was E0, CR8 is 1: tpr=10 cr8=1",
          "CR8 is 0: tpr=0 cr8=0");

  @TempDir private Path folder;

  @Test
  void cr8AndTheApicsTaskPriorityAreOne() throws Exception {
    assertThat(TestGuests.run(TestGuests.build64("taskpriority", folder)).lines().toList())
        .isEqualTo(EXPECTED);
  }

  @Test
  void qemuSaysTheSame() throws Exception {
    Path elf = TestGuests.build64("taskpriority", folder);
    assertThat(Qemu.boot(elf, "").serial().lines().map(String::strip).filter(l -> !l.isEmpty()))
        .containsExactlyElementsOf(EXPECTED);
  }
}
