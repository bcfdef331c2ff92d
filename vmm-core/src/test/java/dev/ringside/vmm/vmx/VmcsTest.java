package dev.ringside.vmm.vmx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.vmx.VmcsField.Area;
import org.junit.jupiter.api.Test;

final class VmcsTest {
  @Test
  void everyFieldKeepsItsOwnValueTruncatedToItsWidth() {
    Vmcs vmcs = new Vmcs();
    for (VmcsField field : VmcsField.values()) {
      vmcs.set(field, 0xFEDC_BA98_7654_0000L + field.encoding());
    }
    for (VmcsField field : VmcsField.values()) {
      long kept = vmcs.get(field);
      long expected =
          switch (field.width()) {
            case BITS_16 -> field.encoding();
            case BITS_32 -> 0x7654_0000L + field.encoding();
            case BITS_64, NATURAL -> 0xFEDC_BA98_7654_0000L + field.encoding();
          };
      assertThat(kept).as("%s", field).isEqualTo(expected);
    }
  }

  @Test
  void copyIsIndependent() {
    Vmcs vmcs = new Vmcs();
    vmcs.set(VmcsField.GUEST_RIP, 0xFFF0);
    vmcs.setLaunchState(Vmcs.LaunchState.LAUNCHED);
    Vmcs copy = vmcs.copy();
    assertThat(copy.sameAs(vmcs)).isTrue();
    vmcs.set(VmcsField.GUEST_RIP, 1);
    assertThat(copy.get(VmcsField.GUEST_RIP)).isEqualTo(0xFFF0);
    assertThat(copy.launchState()).isEqualTo(Vmcs.LaunchState.LAUNCHED);
    assertThat(copy.sameAs(vmcs)).isFalse();
    vmcs.copyFrom(copy);
    assertThat(copy.sameAs(vmcs)).isTrue();
  }

  @Test
  void countsChangesByArea() {
    Vmcs vmcs = new Vmcs();
    int before = vmcs.changes(Area.CONTROL);
    vmcs.set(VmcsField.EXCEPTION_BITMAP, 0);
    assertThat(vmcs.changes(Area.CONTROL)).isEqualTo(before);
    vmcs.set(VmcsField.EXCEPTION_BITMAP, 0x4000);
    assertThat(vmcs.changes(Area.CONTROL)).isNotEqualTo(before);
    assertThat(vmcs.changes(Area.GUEST_STATE)).isZero();
  }
}
