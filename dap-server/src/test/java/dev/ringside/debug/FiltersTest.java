package dev.ringside.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.debug.filter.Filter;
import dev.ringside.debug.filter.FilterRequest;
import dev.ringside.debug.filter.FilterState;
import dev.ringside.vmm.VmExit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stops at VM exits, ring transitions and exceptions. */
final class FiltersTest {
  private static FilterState catchIn(Rig rig, String id, String condition) {
    return rig.session.setFilters(List.of(new FilterRequest(id, condition))).getFirst();
  }

  @Test
  void anExitStopsBeforeItIsHandledAtTheInstruction() {
    try (Rig rig = Rig.on("hello")) {
      assertThat(catchIn(rig, "exit:IO_INSTRUCTION", "port == 0x3f8 && value == 'H'").verified())
          .isTrue();
      StopReason reason = rig.resume();
      assertThat(reason.description()).isEqualTo("VM exit: IO_INSTRUCTION (30)");
      VmExit.IoInstruction exit = (VmExit.IoInstruction) ((StopReason.AtVmExit) reason).exit();
      assertThat(exit.value()).isEqualTo('H');
      assertThat(rig.session.number("$rip", 0)).isEqualTo(exit.at().rip());
      assertThat(rig.session.console("x/i $rip", 0).text()).contains("out dx,al");
      assertThat(rig.printed()).isEmpty();
      assertThat(rig.session.exceptionDetail().orElseThrow().details()).contains("port 0x3f8 out");
      assertThat(rig.stack()).anyMatch(f -> f.startsWith("kmain:"));
    }
  }

  @Test
  void aFactThatTheEventLacksMakesTheConditionFalse() {
    try (Rig rig = Rig.on("hello")) {
      catchIn(rig, "exit:any", "msr == 0x123456");
      rig.session.resume();
      assertThat(rig.awaitEnd().exitStatus()).isZero();
    }
  }

  @Test
  void theConsoleTakesAwayOneOfSeveralFiltersOfAReason() {
    try (Rig rig = Rig.on("traps")) {
      rig.session.console("catch exit CPUID if $eax == 0x0", 0);
      rig.session.console("catch exit CPUID if $eax == 0x40000000", 0);
      rig.session.console("delete exit:CPUID if $eax == 0x0", 0);
      assertThat(rig.resume().description()).isEqualTo("VM exit: CPUID (10)");
      assertThat(rig.session.number("$eax", 0)).isEqualTo(0x40000000L);
      rig.session.console("delete exit:CPUID", 0);
      rig.session.resume();
      assertThat(rig.awaitEnd().exitStatus()).isZero();
    }
  }

  @Test
  void conditionsMayNameLocalsOfWhereverTheEventHappens() {
    try (Rig rig = Rig.on("traps")) {
      FilterState state = catchIn(rig, "exit:any", "reason == CPUID");
      assertThat(state.verified()).isTrue();
      assertThat(rig.resume().description()).isEqualTo("VM exit: CPUID (10)");
      assertThat(catchIn(rig, "exit:any", "no_such_thing == 1").message())
          .contains("looked up where each event happens");
      assertThat(catchIn(rig, "exit:any", "1 +").verified()).isFalse();
    }
  }

  @Test
  void ringTransitionsStopAtTheFirstInstructionAfterThem() {
    try (Rig rig = Rig.on("rings")) {
      catchIn(rig, "ring:3-0", "mechanism == SYSCALL");
      StopReason reason = rig.resume();
      assertThat(reason.description()).isEqualTo("Ring transition: 3 → 0 (SYSCALL)");
      assertThat(rig.session.number("$rip", 0)).isEqualTo(rig.session.number("msr(LSTAR)", 0));
      assertThat(rig.session.threads().getFirst().name()).isEqualTo("vCPU 0 · ring 0 · long mode");
    }
  }

  @Test
  void exceptionsStopBeforeTheyAreDelivered() {
    try (Rig rig = Rig.on("rings")) {
      catchIn(rig, "exception:14", "cpl == 3");
      StopReason reason = rig.resume();
      assertThat(reason.description()).isEqualTo("Exception: #PF (14)");
      assertThat(rig.session.threads().getFirst().name()).contains("ring 3");
      assertThat(rig.session.exceptionDetail().orElseThrow().details())
          .contains("faulting address 0x");
    }
  }

  @Test
  void tripleFaultsStopUnlessTurnedOff() {
    try (Rig rig = Rig.on("traps", "triple")) {
      StopReason reason = rig.resume();
      assertThat(reason).isInstanceOf(StopReason.AtTripleFault.class);
      rig.session.resume();
      assertThat(rig.awaitEnd().exitStatus()).isEqualTo(70);
    }
  }

  @Test
  void everyOfferedFilterIsFoundByItsId() {
    for (Filter filter : Filter.offered()) {
      assertThat(Filter.parse(filter.id())).contains(filter);
    }
    assertThat(Filter.parse("exit:PAUSE_INSTRUCTION")).isPresent();
    assertThat(Filter.parse("exit:NO_SUCH")).isEmpty();
  }

  @Test
  void stepInEntersASystemCallAndNextPassesIt() {
    try (Rig rig = Rig.on("rings")) {
      rig.breakAt("syscall2");
      rig.resume();
      String function = rig.where();
      assertThat(function).startsWith("syscall2:");
      rig.session.setFunctionBreakpoints(List.of());
      boolean entered = false;
      for (int i = 0; i < 6 && !entered; i++) {
        rig.step(StepKind.IN);
        entered = rig.session.threads().getFirst().name().contains("ring 0");
      }
      assertThat(entered).as("stepping in reaches ring 0").isTrue();
    }
    try (Rig rig = Rig.on("rings")) {
      rig.breakAt("syscall2");
      rig.resume();
      rig.session.setFunctionBreakpoints(List.of());
      for (int i = 0; i < 3; i++) {
        rig.step(StepKind.NEXT);
        assertThat(rig.session.threads().getFirst().name()).contains("ring 3");
      }
    }
  }
}
