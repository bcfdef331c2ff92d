package dev.ringside.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.debug.breakpoint.BreakpointSpec;
import dev.ringside.debug.breakpoint.BreakpointState;
import dev.ringside.debug.breakpoint.Modifiers;
import dev.ringside.vmm.control.Watchpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Breakpoints with their conditions, counts and messages, on {@code hello}. */
final class BreakpointsTest {
  private static final String SUM_LINE = "sum += values[i];";

  @Test
  void aLineWithoutCodeMovesAndSaysSo() {
    try (Rig rig = Rig.on("hello")) {
      BreakpointState state = rig.breakOn(Sources.HELLO, "/* Recursion: a call stack");
      assertThat(state.verified()).isTrue();
      assertThat(state.message()).contains("moved to line");
      assertThat(state.position().orElseThrow().line())
          .isGreaterThan(Sources.hello("/* Recursion"));
    }
  }

  @Test
  void whatCannotBeSetSaysWhy() {
    try (Rig rig = Rig.on("hello")) {
      BreakpointState function = rig.breakAt("no_such_function");
      assertThat(function.verified()).isFalse();
      assertThat(function.message()).contains("no function 'no_such_function'");
      BreakpointState file =
          rig.session
              .setSourceBreakpoints(
                  "/nowhere/x.c",
                  List.of(new BreakpointSpec.Source("/nowhere/x.c", 3, 0, Modifiers.NONE)))
              .getFirst();
      assertThat(file.verified()).isFalse();
      assertThat(file.message()).contains("/nowhere/x.c");
      BreakpointState condition =
          rig.breakOn(Sources.HELLO, SUM_LINE, new Modifiers("nosuch == 1", "", ""));
      assertThat(condition.verified()).isFalse();
      assertThat(condition.message()).contains("nosuch");
      BreakpointState count = rig.breakOn(Sources.HELLO, SUM_LINE, new Modifiers("", "often", ""));
      assertThat(count.verified()).isFalse();
    }
  }

  @Test
  void conditionsAndHitCounts() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakOn(Sources.HELLO, SUM_LINE, new Modifiers("i >= 2 && values[i] != 4", "", ""));
      rig.resume();
      assertThat(rig.value("i")).isEqualTo("3");
      rig.breakOn(Sources.HELLO, SUM_LINE, new Modifiers("", "3", ""));
      rig.resume();
      assertThat(rig.value("i")).isEqualTo("6");
    }
    try (Rig rig = Rig.on("hello")) {
      rig.breakOn(Sources.HELLO, SUM_LINE, new Modifiers("", "% 3", ""));
      rig.resume();
      assertThat(rig.value("i")).isEqualTo("2");
      rig.resume();
      assertThat(rig.value("i")).isEqualTo("5");
    }
  }

  @Test
  void logPointsPrintAndGoOn() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakOn(
          Sources.HELLO, SUM_LINE, new Modifiers("i < 3", "", "i is {i}, the square {values[i]}"));
      rig.session.resume();
      assertThat(rig.awaitEnd().exitStatus()).isZero();
      assertThat(rig.output)
          .containsExactly(
              "i is 0, the square 0\n", "i is 1, the square 1\n", "i is 2, the square 4\n");
    }
  }

  @Test
  void dataBreakpointsTellOldAndNewValue() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakAt("fill_squares");
      rig.resume();
      DataTarget target = rig.session.dataTargetOf("squares[3]", 0);
      assertThat(target.dataId()).matches("0x[0-9a-f]+:4:squares\\[3\\]");
      List<BreakpointState> states =
          rig.session.setDataBreakpoints(
              List.of(
                  new DataBreakpointRequest(
                      target.dataId(), Watchpoint.Access.WRITE, Modifiers.NONE)));
      assertThat(states.getFirst().verified()).isTrue();
      StopReason reason = rig.resume();
      assertThat(reason).isInstanceOf(StopReason.Data.class);
      assertThat(reason.description()).isEqualTo("squares[3] written: 0x0 → 0x9");
      assertThat(rig.value("i")).isEqualTo("3");
      DataTarget register = rig.session.dataTargetOf("$rax", 0);
      assertThat(register.dataId()).isEmpty();
    }
  }

  @Test
  void instructionBreakpointsAndTheConsole() {
    try (Rig rig = Rig.on("hello")) {
      long address = rig.session.number("&multiply", 0);
      rig.session.setInstructionBreakpoints(
          List.of(new BreakpointSpec.Instruction(address, Modifiers.NONE)));
      StopReason reason = rig.resume();
      assertThat(((StopReason.Breakpoints) reason).kinds())
          .containsExactly(StopReason.BreakpointKind.INSTRUCTION);
      assertThat(rig.session.number("$rip", 0)).isEqualTo(address);
      String said = rig.session.console("break add if a == 3", 0).text();
      assertThat(said).matches("Breakpoint \\d+ at 0x[0-9a-f]+: .*hello.c:\\d+");
      rig.resume();
      assertThat(rig.where()).startsWith("add:");
      assertThat(rig.session.console("bt", 0).text()).contains("add").contains("kmain");
      assertThat(rig.session.console("x/2wd squares", 0).text()).contains("\t0\t1");
      assertThat(rig.session.console("disas/2", 0).text().lines()).hasSize(2);
      assertThat(rig.session.console("regs control", 0).text()).contains("cr3");
      assertThat(rig.session.console("vmcs GUEST_RIP", 0).text()).contains("encoding");
      assertThat(rig.session.console("walk $rip", 0).text()).contains("PML4E[0]");
      assertThat(rig.session.console("ept 0x1000", 0).text()).contains("EPT PML4E");
      assertThat(rig.session.console("exits", 0).text()).contains("IO_INSTRUCTION (30)");
      assertThat(rig.session.console("rings", 0).text()).contains("ring 0 · long mode");
      assertThat(rig.session.console("info breakpoints", 0).text()).contains("hit 1 times");
      assertThat(rig.session.console("help", 0).text()).contains("catch exit|ring|exception");
      assertThat(rig.session.console("a + b", 0).text()).isEqualTo("7");
      assertThat(rig.session.console("= calls", 0).text()).isEqualTo("10");
      assertThatThrownBy(() -> rig.session.console("break nowhere_at_all", 0))
          .isInstanceOf(DebugException.class);
      assertThat(rig.session.console("delete", 0).text()).contains("gone");
      rig.session.resume();
      assertThat(rig.awaitEnd().exitStatus()).isZero();
    }
  }

  @Test
  void staleNumbersAreNoticed() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakAt("kmain");
      rig.resume();
      int frame = rig.top();
      int scope = rig.session.scopes(frame).getFirst().reference();
      rig.step(StepKind.NEXT);
      assertThatThrownBy(() -> rig.session.scopes(frame)).isInstanceOf(DebugException.class);
      assertThatThrownBy(() -> rig.session.variables(scope, 0, 0, false))
          .hasMessageContaining("out of date");
    }
  }

  @Test
  void aRestartBeginsAnew() {
    try (Rig rig = Rig.on("hello")) {
      rig.breakAt("kmain");
      rig.resume();
      rig.session.restart();
      assertThat(rig.session.stop().orElseThrow().reason()).isInstanceOf(StopReason.Entry.class);
      rig.resume();
      assertThat(rig.where()).startsWith("kmain:");
    }
  }
}
