package dev.ringside.vmm.soft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.vmm.RunLimit;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.PinControl;
import dev.ringside.vmm.vmx.PrimaryControl;
import dev.ringside.vmm.vmx.SecondaryControl;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.vmx.VmxControl;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Vector;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each control that the software processor honours causes its exit, with the right fields. */
final class VmxControlsTest {
  private static Arguments with(PrimaryControl control, ExitReason reason, int... code) {
    return Arguments.of(control.name(), control, reason, code);
  }

  private static Arguments with(SecondaryControl control, ExitReason reason, int... code) {
    return Arguments.of(control.name(), control, reason, code);
  }

  static Stream<Arguments> instructionControls() {
    return Stream.of(
        with(PrimaryControl.HLT_EXITING, ExitReason.HLT, 0xf4),
        with(PrimaryControl.INVLPG_EXITING, ExitReason.INVLPG, 0x0f, 0x01, 0x38),
        with(PrimaryControl.MWAIT_EXITING, ExitReason.MWAIT_INSTRUCTION, 0x0f, 0x01, 0xc9),
        with(PrimaryControl.RDPMC_EXITING, ExitReason.RDPMC, 0x0f, 0x33),
        with(PrimaryControl.RDTSC_EXITING, ExitReason.RDTSC, 0x0f, 0x31),
        with(PrimaryControl.RDTSC_EXITING, ExitReason.RDTSCP, 0x0f, 0x01, 0xf9),
        with(PrimaryControl.CR3_LOAD_EXITING, ExitReason.CR_ACCESS, 0x0f, 0x22, 0xd8),
        with(PrimaryControl.CR3_STORE_EXITING, ExitReason.CR_ACCESS, 0x0f, 0x20, 0xd8),
        with(PrimaryControl.CR8_LOAD_EXITING, ExitReason.CR_ACCESS, 0x44, 0x0f, 0x22, 0xc0),
        with(PrimaryControl.CR8_STORE_EXITING, ExitReason.CR_ACCESS, 0x44, 0x0f, 0x20, 0xc0),
        with(PrimaryControl.MOV_DR_EXITING, ExitReason.DR_ACCESS, 0x0f, 0x21, 0xf8),
        with(PrimaryControl.UNCONDITIONAL_IO_EXITING, ExitReason.IO_INSTRUCTION, 0xe4, 0x60),
        with(PrimaryControl.MONITOR_EXITING, ExitReason.MONITOR_INSTRUCTION, 0x0f, 0x01, 0xc8),
        with(PrimaryControl.PAUSE_EXITING, ExitReason.PAUSE_INSTRUCTION, 0xf3, 0x90),
        with(SecondaryControl.DESCRIPTOR_TABLE_EXITING, ExitReason.GDTR_IDTR, 0x0f, 0x01, 0x00),
        with(SecondaryControl.DESCRIPTOR_TABLE_EXITING, ExitReason.LDTR_TR, 0x0f, 0x00, 0xc8),
        with(SecondaryControl.RDRAND_EXITING, ExitReason.RDRAND, 0x0f, 0xc7, 0xf0),
        with(SecondaryControl.RDSEED_EXITING, ExitReason.RDSEED, 0x0f, 0xc7, 0xf8),
        with(PrimaryControl.INVLPG_EXITING, ExitReason.INVPCID, 0x66, 0x0f, 0x38, 0x82, 0x08),
        with(SecondaryControl.WBINVD_EXITING, ExitReason.WBINVD, 0x0f, 0x09));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("instructionControls")
  void exitsWhenSet(String name, VmxControl control, ExitReason reason, int[] code) {
    try (LongModeGuest guest = new LongModeGuest(code)) {
      guest.with(Register.RAX, LongModeGuest.DATA).with(control);
      VmExit exit = guest.exit();
      assertThat(exit.reason()).isEqualTo(reason);
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.CODE);
      assertThat(exit.at().instructionLength()).isEqualTo(code.length);
      assertThat(guest.read(VmcsField.EXIT_REASON)).isEqualTo(reason.number());
      assertThat(guest.read(VmcsField.VM_EXIT_INSTRUCTION_LENGTH)).isEqualTo(code.length);
      assertThat(guest.read(VmcsField.GUEST_RIP)).isEqualTo(LongModeGuest.CODE);
    }
  }

  @ParameterizedTest(name = "{0} off: no {2}")
  @MethodSource("instructionControls")
  void doesNotExitWhenClear(String name, VmxControl control, ExitReason reason, int[] code) {
    try (LongModeGuest guest = new LongModeGuest(code)) {
      guest.with(Register.RAX, LongModeGuest.DATA).without(control);
      RunResult result = guest.run(1);
      if (result instanceof RunResult.Exited(VmExit exit)) {
        assertThat(exit.reason()).isNotEqualTo(reason);
      } else {
        assertThat(result).isInstanceOf(RunResult.LimitReached.class);
      }
    }
  }

  @Test
  void ioQualificationTellsPortSizeAndDirection() {
    try (LongModeGuest guest = new LongModeGuest(0x66, 0xed)) { // in ax, dx
      guest.with(Register.RDX, 0x3f8);
      VmExit.IoInstruction exit = (VmExit.IoInstruction) guest.exit();
      assertThat(exit.port()).isEqualTo(0x3f8);
      assertThat(exit.size()).isEqualTo(2);
      assertThat(exit.in()).isTrue();
      assertThat(exit.at().qualification()).isEqualTo(0x3f8L << 16 | 1 << 3 | 1);
      LongModeGuest.Bus bus = new LongModeGuest.Bus();
      guest.vcpu.emulate(bus);
      assertThat(bus.log).containsExactly("in 3f8 2");
      assertThat(guest.vcpu.read(Register.RAX)).isEqualTo(0x3f8);
      assertThat(guest.vcpu.read(Register.RIP)).isEqualTo(LongModeGuest.CODE + 2);
      assertThat(guest.vcpu.instructions()).isEqualTo(1);
    }
  }

  @Test
  void aRepeatedOutsExitsOnceAnElement() {
    try (LongModeGuest guest = new LongModeGuest(0xf3, 0x6e, 0xf4)) { // rep outsb; hlt
      guest.with(Register.RDX, 0xe9).with(Register.RCX, 3).with(Register.RSI, LongModeGuest.DATA);
      guest.ram.write(LongModeGuest.DATA, new byte[] {'a', 'b', 'c'});
      LongModeGuest.Bus bus = new LongModeGuest.Bus();
      for (int i = 0; i < 3; i++) {
        VmExit.IoInstruction exit = (VmExit.IoInstruction) guest.exit();
        assertThat(exit.string()).isTrue();
        assertThat(exit.rep()).isTrue();
        assertThat(exit.value()).isEqualTo('a' + i);
        assertThat(guest.read(VmcsField.GUEST_LINEAR_ADDRESS)).isEqualTo(LongModeGuest.DATA + i);
        guest.vcpu.emulate(bus);
      }
      assertThat(bus.log).containsExactly("out e9 1 61", "out e9 1 62", "out e9 1 63");
      assertThat(guest.exit()).isInstanceOf(VmExit.Hlt.class);
      assertThat(guest.vcpu.instructions()).isEqualTo(3);
    }
  }

  @Test
  void mmioExitsAsAMisconfigurationAndReachesTheBus() {
    // mov eax, [rbx]; mov [rbx], cx
    try (LongModeGuest guest = new LongModeGuest(0x8b, 0x03, 0x66, 0x89, 0x0b)) {
      guest.with(Register.RBX, 0xc000_0040L).with(Register.RCX, 0x1234);
      LongModeGuest.Bus bus = new LongModeGuest.Bus();
      VmExit.EptMisconfig read = (VmExit.EptMisconfig) guest.exit();
      assertThat(read.gpa()).isEqualTo(0xc000_0040L);
      assertThat(read.write()).isFalse();
      assertThat(read.size()).isEqualTo(4);
      assertThat(read.at().instructionLength()).isEqualTo(2);
      assertThat(guest.read(VmcsField.GUEST_PHYSICAL_ADDRESS)).isEqualTo(0xc000_0040L);
      guest.vcpu.emulate(bus);
      assertThat(guest.vcpu.read(Register.RAX)).isEqualTo(0x55667788);
      VmExit.EptMisconfig write = (VmExit.EptMisconfig) guest.exit();
      assertThat(write.write()).isTrue();
      assertThat(write.value()).isEqualTo(0x1234);
      guest.vcpu.emulate(bus);
      assertThat(bus.log).containsExactly("read c0000040 4", "write c0000040 2 1234");
    }
  }

  @Test
  void ownedBitsOfCr0Exit() {
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x22, 0xc0)) { // mov cr0, rax
      guest.with(Register.RAX, 0xc000_0031L);
      VmExit.CrAccess exit = (VmExit.CrAccess) guest.exit();
      assertThat(exit.register()).isZero();
      assertThat(exit.access()).isZero();
      assertThat(exit.value()).isEqualTo(0xc000_0031L);
      guest.vcpu.emulate(new LongModeGuest.Bus());
      assertThat(guest.vcpu.read(Register.CR0)).isEqualTo(0xc000_0031L);
      // CD is never on in the register itself.
      assertThat(guest.read(VmcsField.GUEST_CR0)).isEqualTo(0x8000_0031L);
      assertThat(guest.read(VmcsField.CR0_READ_SHADOW)).isEqualTo(0xc000_0031L);
    }
  }

  @Test
  void aCr3TargetDoesNotExit() {
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x22, 0xd8, 0x0f, 0x22, 0xd9)) {
      guest.with(Register.RAX, LongModeGuest.TABLES).with(Register.RCX, 0x7000);
      guest
          .with(VmcsField.CR3_TARGET_VALUE_0, LongModeGuest.TABLES)
          .with(VmcsField.CR3_TARGET_COUNT, 1)
          .with(PrimaryControl.CR3_LOAD_EXITING);
      VmExit.CrAccess exit = (VmExit.CrAccess) guest.exit();
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.CODE + 3);
      assertThat(exit.general()).isEqualTo(1);
    }
  }

  @Test
  void theMsrBitmapDecides() {
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x32, 0xf4)) {
      guest.with(Register.RCX, 0xc0000100L); // FS base: passed through
      assertThat(guest.exit()).isInstanceOf(VmExit.Hlt.class);
    }
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x32, 0xf4)) {
      guest.with(Register.RCX, 0xc0000080L);
      assertThat(guest.exit()).isInstanceOf(VmExit.MsrRead.class);
      guest.vcpu.finishMsrRead(0x1_0000_0002L);
      assertThat(guest.vcpu.read(Register.RAX)).isEqualTo(2);
      assertThat(guest.vcpu.read(Register.RDX)).isEqualTo(1);
    }
  }

  @Test
  void theExceptionBitmapSelects() {
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x0b)) {
      guest.with(VmcsField.EXCEPTION_BITMAP, 1 << Vector.UD);
      VmExit.ExceptionNmi exit = (VmExit.ExceptionNmi) guest.exit();
      assertThat(exit.vector()).isEqualTo(Vector.UD);
      assertThat(guest.read(VmcsField.VM_EXIT_INTERRUPTION_INFORMATION))
          .isEqualTo(1L << 31 | 3 << 8 | Vector.UD);
      guest.vcpu.injectException(Vector.UD, false, 0);
      assertThat(guest.fault().vector()).isEqualTo(Vector.UD);
    }
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x0b)) {
      guest.with(VmcsField.EXCEPTION_BITMAP, 0);
      assertThat(guest.fault().vector()).isEqualTo(Vector.UD);
    }
  }

  @Test
  void pageFaultsExitByMaskAndMatch() {
    int[] read = {0x8a, 0x00}; // mov al, [rax]
    long unmapped = 1L << 40;
    for (boolean matches : new boolean[] {true, false}) {
      try (LongModeGuest guest = new LongModeGuest(read)) {
        guest.with(Register.RAX, unmapped);
        guest.with(VmcsField.EXCEPTION_BITMAP, 1 << Vector.PF);
        guest.with(VmcsField.PAGE_FAULT_ERROR_CODE_MASK, 2);
        guest.with(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH, matches ? 0 : 2);
        if (matches) {
          VmExit.ExceptionNmi exit = (VmExit.ExceptionNmi) guest.exit();
          assertThat(exit.faultAddress()).isEqualTo(unmapped);
          assertThat(guest.vcpu.read(Register.CR2)).isZero();
        } else {
          assertThat(guest.fault()).isEqualTo(new LongModeGuest.Fault(Vector.PF, 0));
          assertThat(guest.vcpu.read(Register.CR2)).isEqualTo(unmapped);
        }
      }
    }
  }

  @Test
  void theInterruptWindowOpensAfterTheShadowOfSti() {
    try (LongModeGuest guest = new LongModeGuest(0x90, 0xfb, 0x90, 0x90)) { // nop; sti; nop; nop
      guest.vcpu.requestInterruptWindow(true);
      VmExit exit = guest.exit();
      assertThat(exit).isInstanceOf(VmExit.InterruptWindow.class);
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.CODE + 3);
      assertThat(guest.vcpu.canTakeInterrupt()).isTrue();
      guest.vcpu.requestInterruptWindow(false);
      guest.vcpu.injectInterrupt(0x55);
      assertThat(guest.fault().vector()).isEqualTo(0x55);
    }
  }

  @Test
  void theNmiWindowOpensAtIret() {
    // The NMI's handler: iretq, back to nop; nop.
    try (LongModeGuest guest = new LongModeGuest(0x90, 0x90)) {
      guest.ram.write(LongModeGuest.STUBS + 32, new byte[] {0x48, (byte) 0xcf});
      guest.vcpu.injectNmi();
      assertThat(guest.run(0)).isInstanceOf(RunResult.LimitReached.class);
      assertThat(guest.vcpu.canTakeNmi()).isFalse();
      guest.with(PrimaryControl.NMI_WINDOW_EXITING);
      VmExit exit = guest.exit();
      assertThat(exit).isInstanceOf(VmExit.NmiWindow.class);
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.CODE);
    }
  }

  @Test
  void theMonitorTrapFlagExitsAfterOneInstruction() {
    try (LongModeGuest guest = new LongModeGuest(0x90, 0x90)) {
      guest.with(PrimaryControl.MONITOR_TRAP_FLAG);
      VmExit exit = guest.exit();
      assertThat(exit.reason()).isEqualTo(ExitReason.MONITOR_TRAP_FLAG);
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.CODE + 1);
    }
  }

  @Test
  void thePreemptionTimerCountsDown() {
    try (LongModeGuest guest = new LongModeGuest(0xeb, 0xfe)) { // jmp $
      guest
          .with(VmcsField.VMX_PREEMPTION_TIMER_VALUE, 4)
          .with(PinControl.ACTIVATE_VMX_PREEMPTION_TIMER);
      VmExit exit = guest.exit();
      assertThat(exit.reason()).isEqualTo(ExitReason.PREEMPTION_TIMER);
      assertThat(guest.vcpu.instructions()).isEqualTo(4 << 5);
    }
  }

  @Test
  void aDeadlineIsAnExternalInterrupt() {
    try (LongModeGuest guest = new LongModeGuest(0xeb, 0xfe)) {
      RunResult result = guest.vcpu.run(new RunLimit(100, true, false));
      assertThat(result).isInstanceOf(RunResult.Exited.class);
      assertThat(((RunResult.Exited) result).exit()).isInstanceOf(VmExit.ExternalInterrupt.class);
      assertThat(guest.vcpu.instructions()).isEqualTo(100);
    }
  }

  @Test
  void theTscHasItsOffset() {
    try (LongModeGuest guest = new LongModeGuest(0x90, 0x0f, 0x31, 0xf4)) {
      guest.with(VmcsField.TSC_OFFSET, 0x5000);
      assertThat(guest.exit()).isInstanceOf(VmExit.Hlt.class);
      assertThat(guest.vcpu.read(Register.RAX)).isEqualTo(0x5001);
    }
  }

  @Test
  void theTprShadowExitsBelowTheThreshold() {
    try (LongModeGuest guest = new LongModeGuest(0x44, 0x0f, 0x22, 0xc0, 0x90)) { // mov cr8, rax
      guest.with(Register.CR8, 8).with(Register.RAX, 2).with(VmcsField.TPR_THRESHOLD, 5);
      VmExit exit = guest.exit();
      assertThat(exit.reason()).isEqualTo(ExitReason.TPR_BELOW_THRESHOLD);
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.CODE + 4);
      assertThat(guest.vcpu.read(Register.CR8)).isEqualTo(2);
    }
  }

  @Test
  void rdtscpWithoutItsControlIsUndefined() {
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x01, 0xf9)) {
      guest.without(SecondaryControl.ENABLE_RDTSCP).with(VmcsField.EXCEPTION_BITMAP, 0);
      assertThat(guest.fault().vector()).isEqualTo(Vector.UD);
    }
  }

  @Test
  void anEditThatWouldFailTheEntryIsRefused() {
    try (LongModeGuest guest = new LongModeGuest(0xf4)) {
      assertThatThrownBy(() -> guest.with(VmcsField.GUEST_CR3, 1L << 60))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("CR3");
      assertThatThrownBy(() -> guest.with(PinControl.PROCESS_POSTED_INTERRUPTS))
          .isInstanceOf(UnavailableException.class);
      assertThat(guest.read(VmcsField.GUEST_CR3)).isEqualTo(LongModeGuest.TABLES);
      assertThat(guest.exit()).isInstanceOf(VmExit.Hlt.class);
    }
  }

  @Test
  void aVmcsEditReachesTheProcessor() {
    try (LongModeGuest guest = new LongModeGuest(0xf4, 0xf4)) {
      guest.with(VmcsField.GUEST_RIP, LongModeGuest.CODE + 1);
      assertThat(guest.exit().at().rip()).isEqualTo(LongModeGuest.CODE + 1);
    }
  }

  @Test
  void badGuestStateFailsTheEntry() {
    try (LongModeGuest guest = new LongModeGuest(0xf4)) {
      guest.with(Register.CR3, 1L << 60);
      VmExit exit = guest.exit();
      assertThat(exit).isInstanceOf(VmExit.EntryFailure.class);
      assertThat(guest.read(VmcsField.EXIT_REASON)).isEqualTo(1L << 31 | 33);
    }
  }
}
