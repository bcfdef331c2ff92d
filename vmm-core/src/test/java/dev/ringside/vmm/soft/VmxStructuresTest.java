package dev.ringside.vmm.soft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.PrimaryControl;
import dev.ringside.vmm.vmx.SecondaryControl;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Vector;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a VMCS points to: I/O bitmaps (SDM vol. 3C, 27.6.4), MSR bitmaps (27.6.9), MSR areas (29.4
 * and 30.4); and VPIDs (31.1).
 */
final class VmxStructuresTest {
  private static final int KERNEL_GS_BASE = 0xc000_0102;
  private static final int STAR = 0xc000_0081;
  private static final int EFER = 0xc000_0080;
  private static final int TSC = 0x10;

  /** Whether the instruction exits; it may also complete, or fault where an MSR is missing. */
  private static boolean exits(LongModeGuest guest, ExitReason reason) {
    guest.with(Register.RIP, LongModeGuest.CODE);
    RunResult result = guest.run(1);
    if (result instanceof RunResult.Exited(VmExit exit)) {
      if (exit.at().rip() == LongModeGuest.STUBS + 16 * Vector.GP) {
        return false;
      }
      assertThat(exit.reason()).isEqualTo(reason);
      return true;
    }
    assertThat(result).isInstanceOf(RunResult.LimitReached.class);
    return false;
  }

  private static long page(LongModeGuest guest) {
    return guest.vcpu.units.host.allocate();
  }

  /** {@code in} of that size from DX, with I/O bitmaps in which only one port's bit is set. */
  private static boolean inputExits(int bit, int size, int port) {
    int[] code =
        switch (size) {
          case 1 -> new int[] {0xec};
          case 2 -> new int[] {0x66, 0xed};
          default -> new int[] {0xed};
        };
    try (LongModeGuest guest = new LongModeGuest(code)) {
      long a = page(guest);
      long b = page(guest);
      guest.with(VmcsField.ADDRESS_OF_IO_BITMAP_A, a).with(VmcsField.ADDRESS_OF_IO_BITMAP_B, b);
      guest.with(PrimaryControl.USE_IO_BITMAPS);
      if (bit >= 0) {
        guest.vcpu.units.host.write8((bit < 0x8000 ? a : b) + bit % 0x8000 / 8, 1 << bit % 8);
      }
      guest.with(Register.RDX, port).with(Register.RAX, 0);
      boolean exits = exits(guest, ExitReason.IO_INSTRUCTION);
      assertThat(guest.vcpu.read(Register.RAX)).isEqualTo(exits ? 0 : -1L >>> 64 - 8 * size);
      return exits;
    }
  }

  @ParameterizedTest(name = "bit {0}: {1} bytes from port {2}: {3}")
  @CsvSource({
    "0x60, 1, 0x60, true",
    "0x60, 1, 0x61, false",
    "0x60, 1, 0x5f, false",
    "0x60, 4, 0x5d, true",
    "0x60, 4, 0x5c, false",
    "0x60, 2, 0x5f, true",
    "0x7fff, 1, 0x7fff, true",
    "0x7fff, 1, 0xffff, false",
    "0x8000, 1, 0x8000, true",
    "0x8000, 1, 0, false",
    "0x8000, 2, 0x7fff, true",
    "0x7fff, 2, 0x7fff, true",
    "0xffff, 1, 0xffff, true",
    "0xfffe, 1, 0xffff, false"
  })
  void anyPortOfAnAccessMayAskForTheExit(String bit, int size, String port, boolean exits) {
    assertThat(inputExits(Integer.decode(bit), size, Integer.decode(port))).isEqualTo(exits);
  }

  @Test
  void anAccessThatWrapsAroundThePortsExitsAlways() {
    assertThat(inputExits(-1, 4, 0xfffc)).isFalse();
    assertThat(inputExits(-1, 4, 0xfffd)).isTrue();
    assertThat(inputExits(-1, 2, 0xffff)).isTrue();
    assertThat(inputExits(-1, 1, 0xffff)).isFalse();
  }

  @Test
  void withBitmapsUnconditionalExitingIsIgnored() {
    try (LongModeGuest guest = new LongModeGuest(0xe6, 0x80)) { // out 80h, al
      assertThat(exits(guest, ExitReason.IO_INSTRUCTION)).isTrue();
      guest.with(VmcsField.ADDRESS_OF_IO_BITMAP_A, page(guest));
      guest.with(VmcsField.ADDRESS_OF_IO_BITMAP_B, page(guest));
      guest.with(PrimaryControl.USE_IO_BITMAPS).with(PrimaryControl.UNCONDITIONAL_IO_EXITING);
      assertThat(exits(guest, ExitReason.IO_INSTRUCTION)).isFalse();
      guest.without(PrimaryControl.USE_IO_BITMAPS);
      assertThat(exits(guest, ExitReason.IO_INSTRUCTION)).isTrue();
      guest.without(PrimaryControl.UNCONDITIONAL_IO_EXITING);
      assertThat(exits(guest, ExitReason.IO_INSTRUCTION)).isFalse();
    }
  }

  @Test
  void theGuestsOwnPermissionComesBeforeTheExit() {
    try (LongModeGuest guest = new LongModeGuest(0xec).inRing3()) {
      guest.ram.writeShort(LongModeGuest.TSS + 102, 0x68); // beyond the limit: no ports
      assertThat(guest.fault().vector()).isEqualTo(Vector.GP);
    }
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x32).inRing3()) { // rdmsr
      guest.with(Register.RCX, EFER);
      assertThat(guest.fault().vector()).isEqualTo(Vector.GP);
    }
  }

  /** RDMSR or WRMSR, with MSR bitmaps in which all bits but one are the opposite. */
  private static boolean accessExits(int msr, boolean write, int bit, boolean set) {
    try (LongModeGuest guest = new LongModeGuest(0x0f, write ? 0x30 : 0x32)) {
      byte[] bits = new byte[4096];
      Arrays.fill(bits, (byte) (set ? 0 : 0xff));
      if (bit >= 0) {
        bits[bit / 8] ^= (byte) (1 << bit % 8);
      }
      guest.with(VmcsField.ADDRESS_OF_MSR_BITMAPS, guest.vcpu.units.host.allocate(bits));
      guest.with(Register.RCX, 0xaaaa_5555L << 32 | msr & 0xffff_ffffL); // ECX alone counts
      return exits(guest, write ? ExitReason.MSR_WRITE : ExitReason.MSR_READ);
    }
  }

  @ParameterizedTest(name = "{0}: bit {1}")
  @CsvSource({
    "0, 0", "0x174, 0x174", "0x1fff, 0x1fff",
    "0xc0000000, 0x2000", "0xc0000102, 0x2102", "0xc0001fff, 0x3fff"
  })
  void oneBitDecidesAboutReadsAndOneAboutWrites(String name, String bitName) {
    int msr = Long.decode(name).intValue();
    int read = Integer.decode(bitName);
    int write = read + 0x4000;
    assertThat(accessExits(msr, false, read, true)).isTrue();
    assertThat(accessExits(msr, false, read, false)).isFalse();
    assertThat(accessExits(msr, true, write, true)).isTrue();
    assertThat(accessExits(msr, true, write, false)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x2000", "0xbfffffff", "0xc0002000", "0x40000000", "0xffffffff"})
  void anMsrOutsideTheBitmapsExitsAlways(String name) {
    int msr = Long.decode(name).intValue();
    assertThat(accessExits(msr, false, -1, true)).isTrue();
    assertThat(accessExits(msr, true, -1, true)).isTrue();
  }

  @Test
  void withoutBitmapsEveryAccessExits() {
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x32)) {
      guest.with(VmcsField.ADDRESS_OF_MSR_BITMAPS, page(guest)).with(Register.RCX, KERNEL_GS_BASE);
      assertThat(exits(guest, ExitReason.MSR_READ)).isFalse();
      guest.with(Register.RCX, KERNEL_GS_BASE).without(PrimaryControl.USE_MSR_BITMAPS);
      assertThat(exits(guest, ExitReason.MSR_READ)).isTrue();
    }
  }

  @Test
  void aPassedThroughMsrThatIsNotThereFaults() {
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x32)) {
      guest.with(VmcsField.ADDRESS_OF_MSR_BITMAPS, page(guest)).with(Register.RCX, 0x1fff);
      assertThat(guest.fault()).isEqualTo(new LongModeGuest.Fault(Vector.GP, 0));
    }
  }

  private static void put(LongModeGuest guest, long address, long... words) {
    for (int i = 0; i < words.length; i++) {
      if (guest.vcpu.units.host.contains(address)) {
        guest.vcpu.units.host.write64(address + 8 * i, words[i]);
      } else {
        guest.ram.writeLong(address + 8 * i, words[i]);
      }
    }
  }

  private static long get(LongModeGuest guest, long address) {
    return guest.vcpu.units.host.contains(address)
        ? guest.vcpu.units.host.read64(address)
        : guest.ram.readLong(address);
  }

  private static LongModeGuest loading(long area, LongModeGuest guest, long... words) {
    put(guest, area, words);
    return guest
        .with(VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS, area)
        .with(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, words.length / 2);
  }

  @ParameterizedTest(name = "in guest RAM: {0}")
  @ValueSource(booleans = {false, true})
  void everyEntryLoadsItsMsrs(boolean inRam) {
    try (LongModeGuest guest = new LongModeGuest(0xf4, 0xf4)) {
      long area = inRam ? LongModeGuest.DATA : page(guest);
      loading(area, guest, KERNEL_GS_BASE & 0xffff_ffffL, 0x1234, STAR & 0xffff_ffffL, 0x5678);
      guest.exit();
      assertThat(guest.vcpu.readMsr(KERNEL_GS_BASE)).isEqualTo(0x1234);
      assertThat(guest.vcpu.readMsr(STAR)).isEqualTo(0x5678);
      guest.vcpu.writeMsr(KERNEL_GS_BASE, 1);
      put(guest, area + 24, 0x9abc);
      guest.vcpu.skipInstruction();
      guest.exit();
      assertThat(guest.vcpu.readMsr(KERNEL_GS_BASE)).isEqualTo(0x1234);
      assertThat(guest.vcpu.readMsr(STAR)).isEqualTo(0x9abc);
    }
  }

  @ParameterizedTest(name = "MSR {0}, value {1}")
  @CsvSource({
    "0xc0000100, 0", // IA32_FS_BASE
    "0xc0000101, 0", // IA32_GS_BASE
    "0x808, 0", // x2APIC
    "0x9b, 0", // IA32_SMM_MONITOR_CTL
    "0x1c0000102, 0", // a reserved bit
    "0xc0000102, 0x800000000000", // not canonical
    "0x1fff, 0", // no such MSR
    "0x277, 2", // a memory type that is none
    "0xc0000080, 0", // LME cannot change under paging
  })
  void anEntryThatCannotBeLoadedFailsVmEntry(String msr, String value) {
    try (LongModeGuest guest = new LongModeGuest(0xf4)) {
      long area = page(guest);
      loading(area, guest, STAR & 0xffff_ffffL, 1, Long.decode(msr), Long.decode(value));
      assertThat(guest.exit()).isInstanceOf(VmExit.EntryFailure.class);
      assertThat(guest.read(VmcsField.EXIT_REASON)).isEqualTo(1L << 31 | 34);
      assertThat(guest.read(VmcsField.EXIT_QUALIFICATION)).isEqualTo(2);
      assertThat(guest.vcpu.instructions()).isZero();
      assertThat(guest.read(VmcsField.GUEST_RIP)).isEqualTo(LongModeGuest.CODE);
      guest.with(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, 1);
      assertThat(guest.exit()).isInstanceOf(VmExit.Hlt.class);
    }
  }

  @Test
  void theTscInMsrAreasIsWithoutTheGuestsOffset() {
    try (LongModeGuest guest = new LongModeGuest(0x90, 0x90, 0xf4)) {
      guest.with(VmcsField.TSC_OFFSET, 0x5000);
      loading(page(guest), guest, TSC, 0x100);
      long store = page(guest);
      put(guest, store, TSC, 0);
      guest.with(VmcsField.VM_EXIT_MSR_STORE_ADDRESS, store);
      guest.with(VmcsField.VM_EXIT_MSR_STORE_COUNT, 1);
      guest.exit();
      assertThat(get(guest, store + 8)).isEqualTo(0x102);
      assertThat(guest.vcpu.readMsr(TSC)).isEqualTo(0x5102);
    }
  }

  @ParameterizedTest(name = "in guest RAM: {0}")
  @ValueSource(booleans = {false, true})
  void everyExitStoresItsMsrs(boolean inRam) {
    // swapgs; hlt; swapgs; hlt
    try (LongModeGuest guest = new LongModeGuest(0x0f, 0x01, 0xf8, 0xf4, 0x0f, 0x01, 0xf8, 0xf4)) {
      long area = inRam ? LongModeGuest.DATA : page(guest);
      put(guest, area, KERNEL_GS_BASE & 0xffff_ffffL, 0, 0xc000_0101L, 0);
      guest.with(VmcsField.VM_EXIT_MSR_STORE_ADDRESS, area);
      guest.with(VmcsField.VM_EXIT_MSR_STORE_COUNT, 2);
      guest.vcpu.writeMsr(KERNEL_GS_BASE, 0x1111);
      guest.exit();
      assertThat(get(guest, area + 8)).isZero();
      assertThat(get(guest, area + 24)).isEqualTo(0x1111);
      guest.vcpu.skipInstruction();
      guest.exit();
      assertThat(get(guest, area + 8)).isEqualTo(0x1111);
      assertThat(get(guest, area + 24)).isZero();
      assertThat(get(guest, area)).isEqualTo(KERNEL_GS_BASE & 0xffff_ffffL);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0x1fff, 0x808, 1L << 32 | 0xc000_0102L})
  void anMsrThatCannotBeStoredIsAnAbort(long msr) {
    try (LongModeGuest guest = new LongModeGuest(0xf4)) {
      long area = page(guest);
      put(guest, area, STAR & 0xffff_ffffL, 0, msr, 0);
      guest.with(VmcsField.VM_EXIT_MSR_STORE_ADDRESS, area);
      guest.with(VmcsField.VM_EXIT_MSR_STORE_COUNT, 2);
      assertThat(guest.run()).isInstanceOf(RunResult.Failed.class);
      assertThat(((RunResult.Failed) guest.run()).message()).contains("VMX abort 1: entry 2");
    }
  }

  /** What a guest reads through a page-table entry that changed without INVLPG during an exit. */
  private static long readAfterRemapping(boolean vpid, int newVpid) {
    // mov al, [rbx]; hlt; mov al, [rbx]; hlt
    try (LongModeGuest guest = new LongModeGuest(0x8a, 0x03, 0xf4, 0x8a, 0x03, 0xf4)) {
      long page = 2 << 20;
      guest.ram.writeByte(page, 1);
      guest.ram.writeByte(0, 2);
      guest.with(Register.RBX, page).with(Register.RAX, 0);
      if (!vpid) {
        guest.without(SecondaryControl.ENABLE_VPID);
      }
      guest.exit();
      assertThat(guest.vcpu.read(Register.RAX)).isEqualTo(1);
      guest.ram.writeLong(LongModeGuest.TABLES + 0x2000 + 8, 0x87);
      guest.vcpu.skipInstruction();
      guest.with(VmcsField.VIRTUAL_PROCESSOR_IDENTIFIER, newVpid);
      guest.exit();
      return guest.vcpu.read(Register.RAX);
    }
  }

  @Test
  void translationsOutliveAnExitUnderTheirVpidOnly() {
    assertThat(readAfterRemapping(true, 1)).as("the same VPID").isEqualTo(1);
    assertThat(readAfterRemapping(true, 2)).as("another VPID").isEqualTo(2);
    assertThat(readAfterRemapping(false, 1)).as("no VPIDs").isEqualTo(2);
  }
}
