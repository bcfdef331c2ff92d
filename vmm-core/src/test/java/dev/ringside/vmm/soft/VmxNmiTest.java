package dev.ringside.vmm.soft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.DefaultControls;
import dev.ringside.vmm.vmx.Ept;
import dev.ringside.vmm.vmx.PinControl;
import dev.ringside.vmm.vmx.PrimaryControl;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.vmx.VmxControl;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Vector;
import org.junit.jupiter.api.Test;

/**
 * NMI exiting, virtual NMIs and the NMI window: when NMIs are blocked and what unblocks them (SDM
 * vol. 3C, 28.3, 29.7.1, 30.2.2 and table 30-7).
 */
final class VmxNmiTest {
  private static final int[] IRETQ = {0x48, 0xcf};
  private static final long BLOCKED = Processor.BLOCKED_BY_NMI;
  private static final long UNBLOCKING = 1 << 12;
  private static final long GP = 1L << 31 | 1 << 11 | 3 << 8 | Vector.GP;

  private static LongModeGuest blocked(int... code) {
    return new LongModeGuest(code).with(VmcsField.GUEST_INTERRUPTIBILITY_STATE, BLOCKED);
  }

  private static long blocking(LongModeGuest guest) {
    return guest.read(VmcsField.GUEST_INTERRUPTIBILITY_STATE);
  }

  /** A frame on the stack by which IRETQ goes to a HLT at {@link LongModeGuest#DATA}. */
  private static LongModeGuest withFrame(LongModeGuest guest) {
    long[] frame = {LongModeGuest.DATA, 0x08, 2, LongModeGuest.STACK, 0x10};
    for (int i = 0; i < frame.length; i++) {
      guest.ram.writeLong(LongModeGuest.STACK + 8 * i, frame[i]);
    }
    guest.ram.writeByte(LongModeGuest.DATA, 0xf4);
    return guest;
  }

  private static void iretLeaves(long expected, VmxControl... off) {
    try (LongModeGuest guest = withFrame(blocked(IRETQ))) {
      for (VmxControl control : off) {
        guest.without(control);
      }
      assertThat(guest.exit().at().rip()).isEqualTo(LongModeGuest.DATA);
      assertThat(blocking(guest)).isEqualTo(expected);
    }
  }

  @Test
  void iretEndsVirtualNmiBlocking() {
    iretLeaves(0);
  }

  @Test
  void iretUnblocksWhereNmisDoNotExit() {
    iretLeaves(0, PinControl.VIRTUAL_NMIS, PinControl.NMI_EXITING);
  }

  @Test
  void iretDoesNotUnblockWhereNmisExitAndAreNotVirtual() {
    iretLeaves(BLOCKED, PinControl.VIRTUAL_NMIS);
  }

  @Test
  void theFaultOfAnIretTellsThatItUnblocked() {
    try (LongModeGuest guest = blocked(IRETQ)) { // to CS 0
      guest.with(VmcsField.EXCEPTION_BITMAP, 1 << Vector.GP);
      assertThat(guest.exit()).isInstanceOf(VmExit.ExceptionNmi.class);
      assertThat(guest.read(VmcsField.VM_EXIT_INTERRUPTION_INFORMATION)).isEqualTo(GP | UNBLOCKING);
      assertThat(blocking(guest)).isZero();
    }
  }

  @Test
  void theFaultOfAnIretThatDidNotUnblockTellsNothing() {
    for (boolean virtual : new boolean[] {true, false}) {
      try (LongModeGuest guest = virtual ? new LongModeGuest(IRETQ) : blocked(IRETQ)) {
        guest.with(VmcsField.EXCEPTION_BITMAP, 1 << Vector.GP);
        if (!virtual) {
          guest.without(PinControl.VIRTUAL_NMIS);
        }
        assertThat(guest.exit()).isInstanceOf(VmExit.ExceptionNmi.class);
        assertThat(guest.read(VmcsField.VM_EXIT_INTERRUPTION_INFORMATION)).isEqualTo(GP);
        assertThat(blocking(guest)).isEqualTo(virtual ? 0 : BLOCKED);
      }
    }
  }

  @Test
  void theFaultOfAnotherInstructionLeavesNmisBlocked() {
    try (LongModeGuest guest = blocked(0x8e, 0xd8)) { // mov ds, eax
      guest.with(Register.RAX, 0x7000).with(VmcsField.EXCEPTION_BITMAP, 1 << Vector.GP);
      assertThat(guest.exit()).isInstanceOf(VmExit.ExceptionNmi.class);
      assertThat(guest.read(VmcsField.VM_EXIT_INTERRUPTION_INFORMATION)).isEqualTo(GP);
      assertThat(blocking(guest)).isEqualTo(BLOCKED);
    }
  }

  @Test
  void afterADeliveredFaultOfAnIretTheNextFaultTellsNothing() {
    try (LongModeGuest guest = blocked(IRETQ)) {
      guest.ram.write(LongModeGuest.STUBS + 16 * Vector.GP, new byte[] {0x0f, 0x0b}); // ud2
      guest.with(VmcsField.EXCEPTION_BITMAP, 1 << Vector.UD);
      assertThat(guest.exit()).isInstanceOf(VmExit.ExceptionNmi.class);
      assertThat(guest.read(VmcsField.VM_EXIT_INTERRUPTION_INFORMATION) & UNBLOCKING).isZero();
      assertThat(blocking(guest)).isZero();
    }
  }

  @Test
  void theNmiWindowOpensAtAnIretThatFaults() {
    try (LongModeGuest guest = blocked(IRETQ)) {
      guest.with(PrimaryControl.NMI_WINDOW_EXITING);
      VmExit exit = guest.exit();
      assertThat(exit).isInstanceOf(VmExit.NmiWindow.class);
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.STUBS + 16 * Vector.GP);
    }
  }

  @Test
  void anEptViolationOfAnIretTellsThatItUnblocked() {
    try (LongModeGuest guest = blocked(IRETQ)) {
      Ept ept = new Ept(guest.vcpu.units.host);
      ept.mapIdentity(0, LongModeGuest.RAM);
      ept.setPage(LongModeGuest.STACK, 0);
      guest.with(VmcsField.EPT_POINTER, DefaultControls.eptPointer(ept.root()));
      VmExit exit = guest.exit();
      assertThat(exit).isInstanceOf(VmExit.EptViolation.class);
      assertThat(exit.at().qualification() & UNBLOCKING).isEqualTo(UNBLOCKING);
      assertThat(guest.read(VmcsField.EXIT_QUALIFICATION)).isEqualTo(exit.at().qualification());
      assertThat(blocking(guest)).isZero();
    }
  }

  @Test
  void anInjectedNmiBlocksFurtherOnes() {
    try (LongModeGuest guest = new LongModeGuest(0x90)) {
      guest.vcpu.injectNmi();
      assertThat(guest.fault().vector()).isEqualTo(Vector.NMI);
      assertThat(blocking(guest)).isEqualTo(BLOCKED);
      assertThat(guest.vcpu.canTakeNmi()).isFalse();
      guest.vcpu.injectNmi();
      assertThat(guest.exit()).isInstanceOf(VmExit.EntryFailure.class);
      assertThat(guest.read(VmcsField.EXIT_QUALIFICATION)).isZero();
    }
  }

  @Test
  void noNmiCanBeInjectedIntoTheShadowOfSti() {
    try (LongModeGuest guest = new LongModeGuest(0xfb, 0x90, 0xf4)) { // sti; nop; hlt
      assertThat(guest.run(1)).isInstanceOf(RunResult.LimitReached.class);
      assertThat(blocking(guest)).isEqualTo(Processor.BLOCKED_BY_STI);
      assertThat(guest.vcpu.canTakeNmi()).isFalse();
      assertThat(guest.run(1)).isInstanceOf(RunResult.LimitReached.class);
      assertThat(guest.vcpu.canTakeNmi()).isTrue();
    }
  }

  @Test
  void theNmiWindowStaysShutWhileNmisAreBlocked() {
    try (LongModeGuest guest = blocked(0x90, 0x90, 0xf4)) {
      guest.with(PrimaryControl.NMI_WINDOW_EXITING);
      assertThat(guest.exit()).isInstanceOf(VmExit.Hlt.class);
    }
  }

  @Test
  void theNmiWindowOpensAfterTheShadowOfMovSs() {
    try (LongModeGuest guest = new LongModeGuest(0x90, 0x90)) {
      guest.with(VmcsField.GUEST_INTERRUPTIBILITY_STATE, Processor.BLOCKED_BY_MOV_SS);
      guest.with(PrimaryControl.NMI_WINDOW_EXITING);
      VmExit exit = guest.exit();
      assertThat(exit).isInstanceOf(VmExit.NmiWindow.class);
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.CODE + 1);
    }
  }

  @Test
  void theControlsDependOnEachOther() {
    try (LongModeGuest guest = new LongModeGuest(0x90)) {
      assertThatThrownBy(() -> guest.without(PinControl.NMI_EXITING))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("virtual NMIs need NMI exiting");
      guest.without(PinControl.VIRTUAL_NMIS);
      assertThatThrownBy(() -> guest.with(PrimaryControl.NMI_WINDOW_EXITING))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("virtual NMIs");
      assertThat(guest.run(1)).isInstanceOf(RunResult.LimitReached.class);
    }
  }
}
