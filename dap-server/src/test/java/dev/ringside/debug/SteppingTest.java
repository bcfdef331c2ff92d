package dev.ringside.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.debug.breakpoint.BreakpointState;
import org.junit.jupiter.api.Test;

/** Steps by line and by instruction, on {@code hello}. */
final class SteppingTest {
  @Test
  void aFunctionBreakpointStopsBehindThePrologue() {
    try (Rig rig = Rig.on("hello")) {
      BreakpointState state = rig.breakAt("kmain");
      assertThat(state.verified()).isTrue();
      assertThat(state.position().orElseThrow().line()).isEqualTo(Sources.hello("console_init();"));
      StopReason reason = rig.resume();
      assertThat(reason.breakpointIds()).containsExactly(state.id());
      assertThat(rig.where()).isEqualTo("kmain:" + Sources.hello("console_init();"));
    }
  }

  @Test
  void nextPassesCallsAndStepInEntersThem() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakAt("kmain");
      rig.resume();
      rig.step(StepKind.NEXT);
      assertThat(rig.where()).isEqualTo("kmain:" + Sources.hello("options = command_line"));
      rig.step(StepKind.NEXT);
      rig.step(StepKind.NEXT);
      rig.step(StepKind.NEXT);
      assertThat(rig.where()).isEqualTo("kmain:" + Sources.hello("result = factorial(10)"));
      rig.step(StepKind.IN);
      assertThat(rig.where()).isEqualTo("factorial:" + Sources.hello("calls++;"));
      assertThat(rig.value("n")).isEqualTo("10");
    }
  }

  @Test
  void nextOverARecursiveCallComesBackToTheSameActivation() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakAt("factorial");
      rig.resume();
      rig.session.setFunctionBreakpoints(java.util.List.of());
      rig.step(StepKind.NEXT);
      rig.step(StepKind.NEXT);
      assertThat(rig.where()).isEqualTo("factorial:" + Sources.hello("smaller = factorial"));
      rig.step(StepKind.NEXT);
      assertThat(rig.where()).isEqualTo("factorial:" + Sources.hello("return n * smaller;"));
      assertThat(rig.value("n")).isEqualTo("10");
      assertThat(rig.value("smaller")).isEqualTo("362880");
    }
  }

  @Test
  void stepOutReturnsToTheCaller() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakAt("distance");
      rig.resume();
      rig.step(StepKind.OUT);
      assertThat(rig.where()).isEqualTo("walk_list:" + Sources.hello("int far = distance"));
      rig.step(StepKind.NEXT);
      assertThat(rig.where()).isEqualTo("walk_list:" + Sources.hello("%s: colour"));
      assertThat(rig.value("far")).isEqualTo("3");
    }
  }

  @Test
  void stepsPastTheEndOfAFunctionLandInItsCaller() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakAt("add");
      rig.resume();
      assertThat(rig.step(StepKind.NEXT)).isInstanceOf(StopReason.Step.class);
      assertThat(rig.where()).isEqualTo("apply:" + Sources.hello("result = operation"));
    }
  }

  @Test
  void instructionStepsAdvanceByOneInstruction() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakAt("factorial");
      rig.resume();
      long before = rig.session.number("$rip", 0);
      rig.stepInstruction(StepKind.IN);
      assertThat(rig.session.number("$rip", 0) - before).isBetween(1L, 15L);
    }
  }

  @Test
  void theStackHasEveryActivationOfARecursion() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakOn(
          Sources.HELLO,
          "if (n <= 1) return 1;",
          new dev.ringside.debug.breakpoint.Modifiers("n == 8", "", ""));
      rig.resume();
      String call = "factorial:" + Sources.hello("smaller = factorial");
      assertThat(rig.stack())
          .startsWith(
              "factorial:" + Sources.hello("if (n <= 1)"),
              call,
              call,
              "kmain:" + Sources.hello("result = factorial"));
    }
  }
}
