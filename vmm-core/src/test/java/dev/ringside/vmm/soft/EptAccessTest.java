package dev.ringside.vmm.soft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.RunLimit;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.DefaultControls;
import dev.ringside.vmm.vmx.Ept;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.HostMemory;
import dev.ringside.vmm.vmx.PrimaryControl;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Register;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the extended page tables of the VMCS forbid exits, with the fields that say what it was. */
final class EptAccessTest {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;

  /** Gives the guest other tables: identity for its RAM, but this entry for one page. */
  private static Ept tables(LongModeGuest guest, long page, long entry) {
    HostMemory host = guest.vcpu.units.host;
    Ept ept = new Ept(host);
    ept.mapIdentity(0, LongModeGuest.RAM);
    ept.setPage(page, entry);
    guest.with(VmcsField.EPT_POINTER, DefaultControls.eptPointer(ept.root()));
    return ept;
  }

  @Test
  void aWriteToAReadOnlyPageViolates() {
    try (LongModeGuest guest = new LongModeGuest(0x8b, 0x03, 0x89, 0x03)) { // read, then write
      guest.with(Register.RBX, LongModeGuest.DATA + 8);
      tables(guest, LongModeGuest.DATA, LongModeGuest.DATA | READ | Ept.WRITE_BACK);
      VmExit.EptViolation exit = (VmExit.EptViolation) guest.exit();
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.CODE + 2);
      assertThat(exit.gpa()).isEqualTo(LongModeGuest.DATA + 8);
      assertThat(exit.write()).isTrue();
      assertThat(guest.read(VmcsField.GUEST_LINEAR_ADDRESS)).isEqualTo(LongModeGuest.DATA + 8);
      // A write; the page is readable; the linear address is valid, and the access was to it.
      assertThat(exit.at().qualification()).isEqualTo(WRITE | READ << 3 | 1 << 7 | 1 << 8);
    }
  }

  @Test
  void aFetchFromAPageThatCannotBeExecutedViolates() {
    try (LongModeGuest guest = new LongModeGuest(0xff, 0xe3)) { // jmp rbx
      guest.with(Register.RBX, LongModeGuest.DATA);
      tables(guest, LongModeGuest.DATA, LongModeGuest.DATA | READ | WRITE | Ept.WRITE_BACK);
      VmExit.EptViolation exit = (VmExit.EptViolation) guest.exit();
      assertThat(exit.fetch()).isTrue();
      assertThat(exit.at().rip()).isEqualTo(LongModeGuest.DATA);
    }
  }

  @Test
  void aMissingPageTableViolatesAsATableAccess() {
    try (LongModeGuest guest = new LongModeGuest(0xf4)) {
      long table = LongModeGuest.TABLES + 0x2000;
      tables(guest, table, 0);
      VmExit.EptViolation exit = (VmExit.EptViolation) guest.exit();
      assertThat(exit.gpa()).isBetween(table, table + 0xfff);
      assertThat(exit.at().qualification() & 1 << 8).isZero();
    }
  }

  @Test
  void anEntryThatCannotBeIsAMisconfiguration() {
    try (LongModeGuest guest = new LongModeGuest(0x8b, 0x03)) {
      guest.with(Register.RBX, LongModeGuest.DATA);
      tables(guest, LongModeGuest.DATA, LongModeGuest.DATA | READ | 7L << 3);
      assertThat(guest.exit().reason()).isEqualTo(ExitReason.EPT_MISCONFIG);
    }
  }

  @Test
  void accessedAndDirtyFlagsAreSet() {
    try (LongModeGuest guest = new LongModeGuest(0x8b, 0x03, 0xf4, 0x89, 0x03, 0xf4)) {
      guest.with(Register.RBX, LongModeGuest.DATA);
      tables(
          guest, LongModeGuest.DATA, LongModeGuest.DATA | READ | WRITE | EXECUTE | Ept.WRITE_BACK);
      assertThat(guest.exit()).isInstanceOf(VmExit.Hlt.class);
      assertThat(leaf(guest) & (Ept.ACCESSED | Ept.DIRTY)).isEqualTo(Ept.ACCESSED);
      guest.vcpu.skipInstruction();
      assertThat(guest.exit()).isInstanceOf(VmExit.Hlt.class);
      assertThat(leaf(guest) & (Ept.ACCESSED | Ept.DIRTY)).isEqualTo(Ept.ACCESSED | Ept.DIRTY);
    }
  }

  private static long leaf(LongModeGuest guest) {
    return guest.vcpu.vmcs().eptWalk(LongModeGuest.DATA).orElseThrow().levels().getLast().value();
  }

  @Test
  void aHaltThatDoesNotExitLetsTimePass() {
    try (LongModeGuest guest = new LongModeGuest(0xfb, 0xf4)) { // sti; hlt
      guest.without(PrimaryControl.HLT_EXITING);
      RunResult result = guest.vcpu.run(new RunLimit(5000, true, false));
      assertThat(((RunResult.Exited) result).exit()).isInstanceOf(VmExit.ExternalInterrupt.class);
      assertThat(guest.read(VmcsField.GUEST_ACTIVITY_STATE)).isEqualTo(1);
      assertThat(guest.vcpu.canTakeInterrupt()).isTrue();
      guest.with(PrimaryControl.HLT_EXITING);
      guest.vcpu.injectInterrupt(0x44);
      assertThat(guest.fault().vector()).isEqualTo(0x44);
    }
  }

  @Test
  void xsaveAndXrstorKeepTheState() {
    // xsave64 [rbx]; xrstor64 [rcx]; hlt
    try (LongModeGuest guest =
        new LongModeGuest(0x48, 0x0f, 0xae, 0x23, 0x48, 0x0f, 0xae, 0x29, 0xf4)) {
      guest.with(
          Register.CR4, ControlBits.CR4_PAE | ControlBits.CR4_OSXSAVE | ControlBits.CR4_OSFXSR);
      guest.with(Register.XCR0, 3).with(Register.RAX, 3).with(Register.RDX, 0);
      guest.with(Register.RBX, LongModeGuest.DATA).with(Register.RCX, LongModeGuest.DATA + 0x1000);
      byte[] state = guest.vcpu.fxsave();
      for (int i = 160; i < 416; i++) {
        state[i] = (byte) i;
      }
      guest.vcpu.fxrstor(state);
      assertThat(guest.exit()).isInstanceOf(VmExit.Hlt.class);
      byte[] saved = guest.ram.read(LongModeGuest.DATA, 512);
      assertThat(Arrays.copyOfRange(saved, 160, 416))
          .isEqualTo(Arrays.copyOfRange(state, 160, 416));
      assertThat(guest.ram.readLong(LongModeGuest.DATA + 512)).isEqualTo(3);
      // What was restored had an empty XSTATE_BV: the initial state, and MXCSR 0 from memory.
      assertThat(Arrays.copyOfRange(guest.vcpu.fxsave(), 160, 416)).containsOnly(0);
    }
  }
}
