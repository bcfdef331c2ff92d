package dev.ringside.vmm.vmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DefaultControlsTest {
  private final Vmcs vmcs = VmcsFixture.longMode().vmcs;

  @Test
  void controlsAreKvms() {
    // What KVM writes on a processor with exactly our capabilities.
    assertThat(set(VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS)).isEqualTo(0x3FL);
    assertThat(set(VmcsField.PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS))
        .isEqualTo(0xB5A0_6DFAL);
    assertThat(set(VmcsField.SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS))
        .isEqualTo(0x10_10EAL);
    assertThat(set(VmcsField.PRIMARY_VM_EXIT_CONTROLS)).isEqualTo(0x2B_EFFFL);
    assertThat(set(VmcsField.VM_ENTRY_CONTROLS)).isEqualTo(0xD3FFL);
    assertThat(set(VmcsField.EXCEPTION_BITMAP)).isEqualTo(0x6_0042L);
    assertThat(set(VmcsField.CR0_GUEST_HOST_MASK)).isEqualTo(~0x1_0008L);
    assertThat(set(VmcsField.CR4_GUEST_HOST_MASK)).isEqualTo(~0x1_078EL);
    assertThat(set(VmcsField.VMCS_LINK_POINTER)).isEqualTo(-1L);
    assertThat(set(VmcsField.EPT_POINTER)).isEqualTo(VmcsFixture.EPT_ROOT | 0x5E);
  }

  private long set(VmcsField field) {
    return vmcs.get(field);
  }

  @Test
  void guestDoesNotOwnABitOfCr4ThatItDoesNotHave() {
    ProcessorLimits limits = new ProcessorLimits(40, 48, 0x7FF, ProcessorLimits.INTEL_EFER, 0);
    Vmcs small =
        DefaultControls.vmcs(
            VmxCapabilities.of(limits), new DefaultControls.Structures(0x1000, 0x2000, 0x305E));
    assertThat(small.get(VmcsField.CR4_GUEST_HOST_MASK)).isEqualTo(~0x78EL);
  }

  @Test
  void onlyHonouredControlsAreSet() {
    LinuxNamesTest.controls()
        .flatMap(List::stream)
        .forEach(
            control -> {
              if (control.isSetIn(vmcs) && !control.honoured()) {
                throw new AssertionError(control + " is set");
              }
            });
  }

  @Test
  void msrBitmapPassesWhatKvmPasses() {
    MsrBitmap bitmap = DefaultControls.msrBitmap(true, false);
    assertThat(bitmap.intercepts(0x10, false)).isFalse();
    assertThat(bitmap.intercepts(0x10, true)).isTrue();
    for (int msr : new int[] {0x174, 0x175, 0x176, 0xC000_0100, 0xC000_0101, 0xC000_0102}) {
      assertThat(bitmap.intercepts(msr, false)).as("RDMSR 0x%x", msr).isFalse();
      assertThat(bitmap.intercepts(msr, true)).as("WRMSR 0x%x", msr).isFalse();
    }
    for (int msr : new int[] {0x1B, 0x277, 0xC000_0080, 0xC000_0082, 0x4B56_4D00, 0x48}) {
      assertThat(bitmap.intercepts(msr, false)).as("RDMSR 0x%x", msr).isTrue();
      assertThat(bitmap.intercepts(msr, true)).as("WRMSR 0x%x", msr).isTrue();
    }
    assertThat(bitmap.intercepts(0x49, true)).isFalse();
    assertThat(bitmap.intercepts(0x49, false)).isTrue();
    assertThat(bitmap.intercepts(0x10B, true)).isTrue();
    DefaultControls.passSpeculationControl(bitmap);
    assertThat(bitmap.intercepts(0x48, true)).isFalse();
  }

  @Test
  void msrBitmapPageIsLaidOutAsTheManualSays() {
    byte[] page = DefaultControls.msrBitmap(false, false).toPage();
    assertThat(page[0x174 / 8] & 0xFF).as("RDMSR 170H to 177H").isEqualTo(0x8F);
    assertThat(page[2048 + 0x174 / 8] & 0xFF).as("WRMSR 170H to 177H").isEqualTo(0x8F);
    assertThat(page[1024 + 0x100 / 8] & 0xFF).as("RDMSR C0000100H to 107H").isEqualTo(0xF8);
    assertThat(page[3072 + 0x100 / 8] & 0xFF).as("WRMSR C0000100H to 107H").isEqualTo(0xF8);
    assertThat(page[2] & 0xFF).as("RDMSR 10H to 17H").isEqualTo(0xFE);
    MsrBitmap copy = MsrBitmap.of(page);
    assertThat(copy.intercepts(0x174, true)).isFalse();
    assertThat(MsrBitmap.bitNumber(0x1FFF, false)).isEqualTo(0x1FFF);
    assertThat(MsrBitmap.bitNumber(0x2000, false)).isEqualTo(-1);
    assertThat(MsrBitmap.bitNumber(0xC000_1FFF, true)).isEqualTo(4096 * 8 - 1);
    assertThatThrownBy(() -> copy.setIntercepts(0x4000_0000, true, false))
        .hasMessageContaining("0x40000000");
  }

  @Test
  void ioBitmapsDecideByEveryByteOfAnAccess() {
    IoBitmaps bitmaps = IoBitmaps.interceptingNone();
    assertThat(bitmaps.intercepts(0x3F8, 1)).isFalse();
    bitmaps.setIntercepts(0x3FB, true);
    assertThat(bitmaps.intercepts(0x3F8, 2)).isFalse();
    assertThat(bitmaps.intercepts(0x3F8, 4)).isTrue();
    assertThat(bitmaps.intercepts(0xFFFF, 2)).as("wraps around").isTrue();
    assertThat(bitmaps.intercepts(0xFFFE, 2)).isFalse();
    bitmaps.setIntercepts(0x8000, true);
    assertThat(bitmaps.toPages()[4096])
        .as("port 8000H is the first of bitmap B")
        .isEqualTo((byte) 1);
    assertThat(IoBitmaps.of(bitmaps.toPages()).intercepts(0x8000, 1)).isTrue();
  }

  @Test
  void controlRegistersGetTheBitsThatVmxNeeds() {
    assertThat(DefaultControls.hardwareCr0(0x6000_0010L)).isEqualTo(0x30);
    assertThat(DefaultControls.hardwareCr4(0x20)).isEqualTo(0x2020);
  }
}
