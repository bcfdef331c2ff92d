package dev.ringside.vmm.vmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VmxCapabilitiesTest {
  private final VmxCapabilities capabilities = VmxCapabilities.of(ProcessorLimits.typical());

  @Test
  void whatMustBe1MayBe1() {
    for (long capability :
        new long[] {
          capabilities.pinControls(),
          capabilities.primaryControls(),
          capabilities.secondaryControls(),
          capabilities.exitControls(),
          capabilities.entryControls(),
          capabilities.truePinControls(),
          capabilities.truePrimaryControls(),
          capabilities.trueExitControls(),
          capabilities.trueEntryControls()
        }) {
      long mustBe1 = capability & 0xFFFF_FFFFL;
      long mayBe1 = capability >>> 32;
      assertThat(mustBe1 & ~mayBe1).as("0x%x", capability).isZero();
    }
    assertThat(capabilities.cr0Fixed0() & ~capabilities.cr0Fixed1()).isZero();
    assertThat(capabilities.cr4Fixed0() & ~capabilities.cr4Fixed1()).isZero();
  }

  @Test
  void trueControlsFreeOnlyWhatControlsSomething() {
    assertThat(freed(capabilities.pinControls(), capabilities.truePinControls())).isZero();
    assertThat(freed(capabilities.primaryControls(), capabilities.truePrimaryControls()))
        .isEqualTo(
            PrimaryControl.CR3_LOAD_EXITING.mask() | PrimaryControl.CR3_STORE_EXITING.mask());
    assertThat(freed(capabilities.exitControls(), capabilities.trueExitControls()))
        .isEqualTo(ExitControl.SAVE_DEBUG_CONTROLS.mask());
    assertThat(freed(capabilities.entryControls(), capabilities.trueEntryControls()))
        .isEqualTo(EntryControl.LOAD_DEBUG_CONTROLS.mask());
  }

  private static long freed(long plain, long precise) {
    assertThat(precise >>> 32).isEqualTo(plain >>> 32);
    return plain & ~precise & 0xFFFF_FFFFL;
  }

  @Test
  void exactlyTheHonouredControlsMayBe1() {
    Map<List<? extends VmxControl>, Long> vectors =
        Map.of(
            List.of(PinControl.values()), capabilities.truePinControls(),
            List.of(PrimaryControl.values()), capabilities.truePrimaryControls(),
            List.of(SecondaryControl.values()), capabilities.secondaryControls(),
            List.of(ExitControl.values()), capabilities.trueExitControls(),
            List.of(EntryControl.values()), capabilities.trueEntryControls());
    vectors.forEach(
        (controls, capability) -> {
          long flexible = capability >>> 32 & ~(capability & 0xFFFF_FFFFL);
          for (VmxControl control : controls) {
            assertThat((flexible & control.mask()) != 0)
                .as("%s may be 0 and 1", control)
                .isEqualTo(control.honoured());
          }
          long known = controls.stream().mapToLong(VmxControl::mask).reduce(0, (a, b) -> a | b);
          assertThat(flexible & ~known).isZero();
        });
    assertThat(capabilities.tertiaryControls()).isZero();
    assertThat(capabilities.secondaryExitControls()).isZero();
  }

  @Test
  void controlsHaveUniqueBitsInOrder() {
    LinuxNamesTest.controls()
        .forEach(
            vector -> {
              int previous = -1;
              for (VmxControl control : vector) {
                assertThat(control.bit()).as("%s", control).isGreaterThan(previous);
                previous = control.bit();
                assertThat(control.field()).isEqualTo(vector.getFirst().field());
              }
            });
  }

  @Test
  void readsAsMsrs() {
    for (int msr = 0x480; msr <= 0x493; msr++) {
      assertThat(capabilities.read(msr)).as("MSR 0x%x", msr).isPresent();
    }
    assertThat(capabilities.read(0x47F)).isEmpty();
    assertThat(capabilities.read(0x494)).isEmpty();
    assertThat(capabilities.read(0x480)).hasValue(capabilities.basic());
    assertThat(capabilities.read(0x490)).hasValue(capabilities.trueEntryControls());
  }

  @Test
  void basicInformationAsAppendixA1Lays() {
    long basic = capabilities.basic();
    assertThat(basic & 0x7FFF_FFFF).isEqualTo(VmxCapabilities.VMCS_REVISION);
    assertThat(basic >>> 31 & 1).isZero();
    assertThat(basic >>> 32 & 0x1FFF).isEqualTo(4096);
    assertThat(basic >>> 48 & 1).as("addresses are not limited to 32 bits").isZero();
    assertThat(basic >>> 49 & 1).as("no dual-monitor treatment").isZero();
    assertThat(basic >>> 50 & 15).as("write-back").isEqualTo(6);
    assertThat(basic >>> 54 & 3).as("INS/OUTS information, TRUE controls").isEqualTo(3);
    assertThat(basic >>> 56).isZero();
  }

  @Test
  void miscellaneousAsAppendixA6Lays() {
    assertThat(capabilities.misc() & 31).isEqualTo(VmxCapabilities.PREEMPTION_TIMER_SHIFT);
    assertThat(capabilities.misc() >>> 5 & 1).as("with unrestricted guest").isEqualTo(1);
    assertThat(capabilities.misc() >>> 16 & 0x1FF).isEqualTo(4);
    for (ActivityState state : ActivityState.values()) {
      assertThat(capabilities.supports(state)).as("%s", state).isTrue();
    }
    assertThat(capabilities.vmcsEnumeration()).as("injected-event data").isEqualTo(0x52);
  }

  @Test
  void eptAsAppendixA10Lays() {
    assertThat(capabilities.supportsEptMemoryType(0)).isTrue();
    assertThat(capabilities.supportsEptMemoryType(6)).isTrue();
    assertThat(capabilities.supportsEptMemoryType(4)).isFalse();
    assertThat(capabilities.supportsEptWalk(4)).isTrue();
    assertThat(capabilities.supportsEptWalk(5)).isFalse();
    assertThat(capabilities.eptVpid()).isEqualTo(0xF01_0633_4141L);
  }

  @Test
  void limitsKnowPhysicalAndCanonicalAddresses() {
    ProcessorLimits limits = ProcessorLimits.typical();
    assertThat(limits.isPhysical((1L << 46) - 1)).isTrue();
    assertThat(limits.isPhysical(1L << 46)).isFalse();
    assertThat(limits.isPhysical(-1)).isFalse();
    assertThat(limits.isCanonical((1L << 47) - 1)).isTrue();
    assertThat(limits.isCanonical(1L << 47)).isFalse();
    assertThat(limits.isCanonical(-1L << 47)).isTrue();
    assertThatThrownBy(() -> new ProcessorLimits(53, 48, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ProcessorLimits(40, 64, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
