package dev.ringside.vmm.soft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.RunLimit;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.VcpuObserver;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.control.Condition;
import dev.ringside.vmm.control.ExecutionBreakpoint;
import dev.ringside.vmm.control.StopCause;
import dev.ringside.vmm.control.Watchpoint;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Vector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a vCPU stops for a debugger: breakpoints, watchpoints, and what observers ask for. */
final class StopsTest {
  /** Notes everything, and stops at what it is told to. */
  private static final class Notes implements VcpuObserver {
    final List<RingTransition> transitions = new ArrayList<>();
    final List<EventDelivery> events = new ArrayList<>();
    HookAction onTransition = HookAction.CONTINUE;
    HookAction onEvent = HookAction.CONTINUE;

    @Override
    public HookAction ringTransition(RingTransition transition) {
      transitions.add(transition);
      return onTransition;
    }

    @Override
    public HookAction eventDelivery(EventDelivery event) {
      events.add(event);
      return onEvent;
    }
  }

  private static BreakpointSet breakpoint(long address) {
    return new BreakpointSet(
        List.of(new ExecutionBreakpoint(1, address, Condition.ALWAYS)), List.of());
  }

  private static BreakpointSet watchpoint(long address, int length, Watchpoint.Access access) {
    return new BreakpointSet(
        List.of(), List.of(new Watchpoint(7, address, length, access, Condition.ALWAYS)));
  }

  private static StopCause cause(RunResult result) {
    assertThat(result).isInstanceOf(RunResult.Stopped.class);
    return ((RunResult.Stopped) result).cause();
  }

  @Test
  void aBreakpointStopsBeforeItsInstructionAndIsPassedOnce() {
    try (LongModeGuest guest = new LongModeGuest(0x90, 0x90, 0xeb, 0xfc)) { // 2 nops, jmp back
      guest.vcpu.setBreakpoints(breakpoint(LongModeGuest.CODE + 1));
      assertThat(cause(guest.run())).isEqualTo(new StopCause.AtBreakpoint(List.of(1)));
      assertThat(guest.vcpu.read(Register.RIP)).isEqualTo(LongModeGuest.CODE + 1);
      assertThat(guest.vcpu.instructions()).isEqualTo(1);
      RunResult again = guest.vcpu.run(new RunLimit(1000, false, true));
      assertThat(cause(again)).isEqualTo(new StopCause.AtBreakpoint(List.of(1)));
      assertThat(guest.vcpu.instructions()).isEqualTo(4);
    }
  }

  @Test
  void aBreakpointInTheShadowOfStiStops() {
    try (LongModeGuest guest = new LongModeGuest(0xfb, 0x90, 0xf4)) { // sti; nop; hlt
      guest.vcpu.setBreakpoints(breakpoint(LongModeGuest.CODE + 1));
      assertThat(cause(guest.run())).isEqualTo(new StopCause.AtBreakpoint(List.of(1)));
      assertThat(guest.vcpu.canTakeInterrupt()).isFalse();
      RunResult result = guest.vcpu.run(new RunLimit(1000, false, true));
      assertThat(result).isInstanceOf(RunResult.Exited.class);
      assertThat(guest.vcpu.canTakeInterrupt()).isTrue();
    }
  }

  @Test
  void aWatchpointStopsAfterTheWriteWithBothValues() {
    // mov [rbx], eax; nop; hlt
    try (LongModeGuest guest = new LongModeGuest(0x89, 0x03, 0x90, 0xf4)) {
      guest.with(Register.RBX, LongModeGuest.DATA).with(Register.RAX, 0x12345678);
      guest.ram.writeInt(LongModeGuest.DATA, 0x55);
      guest.vcpu.setBreakpoints(watchpoint(LongModeGuest.DATA, 4, Watchpoint.Access.WRITE));
      assertThat(cause(guest.run()))
          .isEqualTo(new StopCause.AtWatchpoint(7, LongModeGuest.DATA, true, 0x55, 0x12345678));
      assertThat(guest.vcpu.read(Register.RIP)).isEqualTo(LongModeGuest.CODE + 2);
      assertThat(guest.exit()).isInstanceOf(VmExit.Hlt.class);
    }
  }

  @Test
  void aWatchpointSeesThePushOfAnInterrupt() {
    try (LongModeGuest guest = new LongModeGuest(0xcd, 0x40, 0xf4)) {
      guest.vcpu.setBreakpoints(watchpoint(LongModeGuest.STACK - 8, 8, Watchpoint.Access.WRITE));
      assertThat(cause(guest.run())).isInstanceOf(StopCause.AtWatchpoint.class);
      assertThat(guest.vcpu.read(Register.RIP)).isEqualTo(LongModeGuest.STUBS + 0x400);
    }
  }

  @Test
  void anObserverStopsAFaultBeforeItsDelivery() {
    try (LongModeGuest guest = new LongModeGuest(0x90, 0x8a, 0x00)) { // nop; mov al, [rax]
      guest.with(Register.RAX, 1L << 40);
      Notes notes = new Notes();
      notes.onEvent = HookAction.STOP;
      guest.vcpu.setObserver(notes);
      assertThat(cause(guest.run())).isInstanceOf(StopCause.Requested.class);
      assertThat(guest.vcpu.read(Register.RIP)).isEqualTo(LongModeGuest.CODE + 1);
      assertThat(guest.vcpu.read(Register.RSP)).isEqualTo(LongModeGuest.STACK);
      assertThat(notes.events).hasSize(1);
      assertThat(notes.events.getFirst().vector()).isEqualTo(Vector.PF);
      assertThat(notes.events.getFirst().faultAddress()).isEqualTo(1L << 40);
      assertThat(guest.fault()).isEqualTo(new LongModeGuest.Fault(Vector.PF, 0));
      assertThat(notes.events).hasSize(1);
    }
  }

  @Test
  void aRunThatStoppedAtAFaultGoesElsewhereWhenRipIsMoved() {
    try (LongModeGuest guest = new LongModeGuest(0x8a, 0x00, 0xf4)) {
      guest.with(Register.RAX, 1L << 40);
      Notes notes = new Notes();
      notes.onEvent = HookAction.STOP;
      guest.vcpu.setObserver(notes);
      assertThat(cause(guest.run())).isInstanceOf(StopCause.Requested.class);
      guest.vcpu.write(Register.RIP, LongModeGuest.CODE + 2);
      assertThat(guest.exit().at().rip()).isEqualTo(LongModeGuest.CODE + 2);
    }
  }

  @Test
  void everyChangeOfRingIsToldWithItsMechanism() {
    // In ring 0: sysretq. In ring 3: nop; int 80h. The gate's handler halts.
    try (LongModeGuest guest = new LongModeGuest(0x48, 0x0f, 0x07, 0x90, 0xcd, 0x80)) {
      long gate = LongModeGuest.IDT + 16 * 0x80;
      guest.ram.writeLong(gate, guest.ram.readLong(gate) | 0x60L << 40);
      guest.vcpu.writeMsr(Msr.IA32_STAR.index(), 0x1bL << 48 | 0x08L << 32);
      guest.vcpu.writeMsr(
          Msr.IA32_EFER.index(), guest.vcpu.readMsr(Msr.IA32_EFER.index()) | ControlBits.EFER_SCE);
      guest.with(Register.RCX, LongModeGuest.CODE + 3).with(Register.R11, 2);
      Notes notes = new Notes();
      notes.onTransition = HookAction.STOP;
      guest.vcpu.setObserver(notes);
      assertThat(cause(guest.run())).isInstanceOf(StopCause.Requested.class);
      assertThat(guest.vcpu.read(Register.RIP)).isEqualTo(LongModeGuest.CODE + 3);
      assertThat(guest.vcpu.cpl()).isEqualTo(3);
      assertThat(cause(guest.run())).isInstanceOf(StopCause.Requested.class);
      assertThat(guest.vcpu.cpl()).isZero();
      assertThat(notes.transitions)
          .extracting(RingTransition::from, RingTransition::to, RingTransition::mechanism)
          .containsExactly(tuple(0, 3, Mechanism.SYSRET), tuple(3, 0, Mechanism.INT));
      RingTransition last = notes.transitions.getLast();
      assertThat(last.vector()).isEqualTo(0x80);
      assertThat(last.toRip()).isEqualTo(LongModeGuest.STUBS + 0x800);
    }
  }

  @Test
  void aKickComesBackSoon() {
    try (LongModeGuest guest = new LongModeGuest(0xeb, 0xfe)) {
      guest.vcpu.kick();
      assertThat(guest.vcpu.run(RunLimit.NONE)).isInstanceOf(RunResult.Kicked.class);
    }
  }

  @Test
  void aGuestThatWritesTheNextInstructionRunsWhatItWrote() {
    // mov byte [rip + 1], 0xf4; nop; nop: the first nop becomes hlt.
    try (LongModeGuest guest = new LongModeGuest(0xc6, 0x05, 0, 0, 0, 0, 0xf4, 0x90, 0x90)) {
      VmExit exit = guest.exit();
      assertThat(exit).isInstanceOf(VmExit.Hlt.class);
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.CODE + 7);
    }
  }

  @Test
  void lastEventsAreKept() {
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x0b)) {
      guest.with(VmcsField.EXCEPTION_BITMAP, 0);
      assertThat(guest.fault().vector()).isEqualTo(Vector.UD);
      assertThat(guest.vcpu.recentEvents())
          .extracting(EventDelivery::vector)
          .containsExactly(Vector.UD);
    }
  }
}
