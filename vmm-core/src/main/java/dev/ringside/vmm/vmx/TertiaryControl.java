package dev.ringside.vmm.vmx;

import org.jspecify.annotations.Nullable;

/** Tertiary processor-based VM-execution controls (SDM table 27-8), a vector of 64 bits. */
public enum TertiaryControl implements VmxControl {
  /** LOADIWKEY exiting: LOADIWKEY causes VM exits. */
  LOADIWKEY_EXITING(0, false, "LOADIWKEY exiting", "LOADIWKEY causes VM exits", null),
  /** Enable HLAT: hypervisor-managed linear-address translation. */
  ENABLE_HLAT(1, false, "Enable HLAT", "hypervisor-managed linear-address translation", null),
  /** EPT paging-write control: EPT can allow writes to paging structures only. */
  EPT_PAGING_WRITE_CONTROL(
      2, false, "EPT paging-write control", "EPT can allow writes to paging structures only", null),
  /** Guest-paging verification: EPT can verify the guest paging of an access. */
  GUEST_PAGING_VERIFICATION(
      3, false, "Guest-paging verification", "EPT can verify the guest paging of an access", null),
  /** IPI virtualization: inter-processor interrupts are virtualized. */
  IPI_VIRTUALIZATION(
      4,
      false,
      "IPI virtualization",
      "inter-processor interrupts are virtualized",
      "TERTIARY_EXEC_IPI_VIRT"),
  /** SEAM guest-physical address width: how EPT works in SEAM non-root operation. */
  SEAM_GUEST_PHYSICAL_ADDRESS_WIDTH(
      5,
      false,
      "SEAM guest-physical address width",
      "how EPT works in SEAM non-root operation",
      null),
  /** Enable MSR-list instructions: RDMSRLIST and WRMSRLIST work; otherwise they are #UD. */
  ENABLE_MSR_LIST_INSTRUCTIONS(
      6,
      false,
      "Enable MSR-list instructions",
      "RDMSRLIST and WRMSRLIST work; otherwise they are #UD",
      null),
  /** Virtualize IA32_SPEC_CTRL: RDMSR and WRMSR of IA32_SPEC_CTRL use mask and shadow. */
  VIRTUALIZE_IA32_SPEC_CTRL(
      7,
      false,
      "Virtualize IA32_SPEC_CTRL",
      "RDMSR and WRMSR of IA32_SPEC_CTRL use mask and shadow",
      null),
  /** APIC-timer virtualization: guest-timer events, and a virtualized IA32_TSC_DEADLINE. */
  APIC_TIMER_VIRTUALIZATION(
      8,
      false,
      "APIC-timer virtualization",
      "guest-timer events, and a virtualized IA32_TSC_DEADLINE",
      null),
  /** Enable PBNDKB: PBNDKB works; otherwise it is #UD. */
  ENABLE_PBNDKB(9, false, "Enable PBNDKB", "PBNDKB works; otherwise it is #UD", null),
  /** PEBS uses guest physical addresses: output addresses of PEBS are guest-physical. */
  PEBS_USES_GUEST_PHYSICAL_ADDRESSES(
      12,
      false,
      "PEBS uses guest physical addresses",
      "output addresses of PEBS are guest-physical",
      null);

  @SuppressWarnings("ImmutableEnumChecker") // a record of immutable parts
  private final Facts facts;

  TertiaryControl(
      int bit, boolean honoured, String sdmName, String meaning, @Nullable String linuxName) {
    this.facts = new Facts(bit, honoured, sdmName, meaning, linuxName);
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public VmcsField field() {
    return VmcsField.TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS;
  }
}
