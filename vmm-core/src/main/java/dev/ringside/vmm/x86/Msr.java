package dev.ringside.vmm.x86;

import java.util.Arrays;
import java.util.Optional;

/** Model-specific registers that Ringside knows by name (SDM vol. 4). */
public enum Msr {
  IA32_TIME_STAMP_COUNTER(0x10),
  IA32_PLATFORM_ID(0x17),
  IA32_APIC_BASE(0x1b),
  IA32_FEATURE_CONTROL(0x3a),
  IA32_TSC_ADJUST(0x3b),
  IA32_SPEC_CTRL(0x48),
  IA32_PRED_CMD(0x49),
  IA32_BIOS_UPDT_TRIG(0x79),
  IA32_BIOS_SIGN_ID(0x8b),
  MSR_PLATFORM_INFO(0xce),
  IA32_MTRRCAP(0xfe),
  IA32_ARCH_CAPABILITIES(0x10a),
  IA32_SYSENTER_CS(0x174),
  IA32_SYSENTER_ESP(0x175),
  IA32_SYSENTER_EIP(0x176),
  IA32_MCG_CAP(0x179),
  IA32_MCG_STATUS(0x17a),
  IA32_MCG_CTL(0x17b),
  IA32_MISC_ENABLE(0x1a0),
  IA32_DEBUGCTL(0x1d9),
  IA32_PAT(0x277),
  IA32_MTRR_DEF_TYPE(0x2ff),
  IA32_TSC_DEADLINE(0x6e0),
  IA32_EFER(0xc0000080),
  IA32_STAR(0xc0000081),
  IA32_LSTAR(0xc0000082),
  IA32_CSTAR(0xc0000083),
  IA32_FMASK(0xc0000084),
  IA32_FS_BASE(0xc0000100),
  IA32_GS_BASE(0xc0000101),
  IA32_KERNEL_GS_BASE(0xc0000102),
  IA32_TSC_AUX(0xc0000103);

  private final int index;

  Msr(int index) {
    this.index = index;
  }

  /** The MSR's address, as ECX holds it. */
  public int index() {
    return index;
  }

  /** The MSR at that address, if it is one of these. */
  public static Optional<Msr> at(int index) {
    return Arrays.stream(values()).filter(m -> m.index == index).findFirst();
  }
}
