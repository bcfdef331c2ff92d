package dev.ringside.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Code compiled with -O2 ({@code compute}), and steps that interrupts fall into. */
final class OptimisedCodeTest {
  @Test
  void anOptimisedFunctionStopsAtItsEntryWithItsArguments() {
    try (Rig rig = Rig.on("compute")) {
      rig.breakAt("alu");
      rig.resume();
      assertThat(rig.session.number("$rip", 0)).isEqualTo(rig.session.number("&alu", 0));
      assertThat(rig.value("scale")).isEqualTo("1");
      assertThat(rig.stack().getFirst()).startsWith("alu:");
      assertThat(rig.stack()).anyMatch(f -> f.startsWith("kmain:"));
    }
  }

  @Test
  void nextStepsOverInlinedBodies() {
    try (Rig rig = Rig.on("compute")) {
      rig.breakAt("alu");
      rig.resume();
      rig.session.setFunctionBreakpoints(List.of());
      for (int i = 0; i < 15; i++) {
        rig.step(StepKind.NEXT);
        assertThat(rig.where()).startsWith("alu:");
      }
    }
  }

  @Test
  void stepsNeverEndInAnInterruptHandler() {
    try (Rig rig = Rig.on("rings")) {
      rig.breakAt("spin");
      rig.resume();
      rig.session.setFunctionBreakpoints(List.of());
      for (int i = 0; i < 5; i++) {
        rig.step(StepKind.NEXT);
        assertThat(rig.where()).startsWith("spin:");
        assertThat(rig.session.threads().getFirst().name()).contains("ring 3");
      }
    }
  }
}
