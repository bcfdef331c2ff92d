package dev.ringside.vmm.vmx;

import org.jspecify.annotations.Nullable;

/** Primary VM-exit controls (SDM table 27-14). */
public enum ExitControl implements VmxControl {
  /** Save debug controls: VM exits save DR7 and IA32_DEBUGCTL. */
  SAVE_DEBUG_CONTROLS(
      2,
      true,
      "Save debug controls",
      "VM exits save DR7 and IA32_DEBUGCTL",
      "VM_EXIT_SAVE_DEBUG_CONTROLS"),
  /** Host address-space size: the host is in 64-bit mode. */
  HOST_ADDRESS_SPACE_SIZE(
      9,
      true,
      "Host address-space size",
      "the host is in 64-bit mode",
      "VM_EXIT_HOST_ADDR_SPACE_SIZE"),
  /** Load IA32_PERF_GLOBAL_CTRL: VM exits load IA32_PERF_GLOBAL_CTRL. */
  LOAD_IA32_PERF_GLOBAL_CTRL(
      12,
      false,
      "Load IA32_PERF_GLOBAL_CTRL",
      "VM exits load IA32_PERF_GLOBAL_CTRL",
      "VM_EXIT_LOAD_IA32_PERF_GLOBAL_CTRL"),
  /**
   * Acknowledge interrupt on exit: an exit by external interrupt acknowledges it and stores its
   * vector.
   */
  ACKNOWLEDGE_INTERRUPT_ON_EXIT(
      15,
      true,
      "Acknowledge interrupt on exit",
      "an exit by external interrupt acknowledges it and stores its vector",
      "VM_EXIT_ACK_INTR_ON_EXIT"),
  /** Save IA32_PAT: VM exits save IA32_PAT. */
  SAVE_IA32_PAT(18, true, "Save IA32_PAT", "VM exits save IA32_PAT", "VM_EXIT_SAVE_IA32_PAT"),
  /** Load IA32_PAT: VM exits load IA32_PAT. */
  LOAD_IA32_PAT(19, true, "Load IA32_PAT", "VM exits load IA32_PAT", "VM_EXIT_LOAD_IA32_PAT"),
  /** Save IA32_EFER: VM exits save IA32_EFER. */
  SAVE_IA32_EFER(20, true, "Save IA32_EFER", "VM exits save IA32_EFER", "VM_EXIT_SAVE_IA32_EFER"),
  /** Load IA32_EFER: VM exits load IA32_EFER. */
  LOAD_IA32_EFER(21, true, "Load IA32_EFER", "VM exits load IA32_EFER", "VM_EXIT_LOAD_IA32_EFER"),
  /** Save VMX-preemption timer value: VM exits save what is left of the VMX-preemption timer. */
  SAVE_VMX_PREEMPTION_TIMER_VALUE(
      22,
      true,
      "Save VMX-preemption timer value",
      "VM exits save what is left of the VMX-preemption timer",
      "VM_EXIT_SAVE_VMX_PREEMPTION_TIMER"),
  /** Clear IA32_BNDCFGS: VM exits clear IA32_BNDCFGS. */
  CLEAR_IA32_BNDCFGS(
      23, false, "Clear IA32_BNDCFGS", "VM exits clear IA32_BNDCFGS", "VM_EXIT_CLEAR_BNDCFGS"),
  /** Conceal VMX from PT: Intel PT does not show VM exits. */
  CONCEAL_VMX_FROM_PT(
      24,
      false,
      "Conceal VMX from PT",
      "Intel PT does not show VM exits",
      "VM_EXIT_PT_CONCEAL_PIP"),
  /** Clear IA32_RTIT_CTL: VM exits clear IA32_RTIT_CTL. */
  CLEAR_IA32_RTIT_CTL(
      25,
      false,
      "Clear IA32_RTIT_CTL",
      "VM exits clear IA32_RTIT_CTL",
      "VM_EXIT_CLEAR_IA32_RTIT_CTL"),
  /** Clear IA32_LBR_CTL: VM exits clear IA32_LBR_CTL. */
  CLEAR_IA32_LBR_CTL(26, false, "Clear IA32_LBR_CTL", "VM exits clear IA32_LBR_CTL", null),
  /** Clear UINV: VM exits clear UINV. */
  CLEAR_UINV(27, false, "Clear UINV", "VM exits clear UINV", null),
  /** Load CET state: VM exits load the CET MSRs and SSP. */
  LOAD_CET_STATE(
      28, false, "Load CET state", "VM exits load the CET MSRs and SSP", "VM_EXIT_LOAD_CET_STATE"),
  /** Load PKRS: VM exits load IA32_PKRS. */
  LOAD_PKRS(29, false, "Load PKRS", "VM exits load IA32_PKRS", null),
  /** Save IA32_PERF_GLOBAL_CTRL: VM exits save IA32_PERF_GLOBAL_CTRL. */
  SAVE_IA32_PERF_GLOBAL_CTRL(
      30,
      false,
      "Save IA32_PERF_GLOBAL_CTRL",
      "VM exits save IA32_PERF_GLOBAL_CTRL",
      "VM_EXIT_SAVE_IA32_PERF_GLOBAL_CTRL"),
  /** Activate secondary controls: the secondary VM-exit controls are used. */
  ACTIVATE_SECONDARY_CONTROLS(
      31, false, "Activate secondary controls", "the secondary VM-exit controls are used", null);

  @SuppressWarnings("ImmutableEnumChecker") // a record of immutable parts
  private final Facts facts;

  ExitControl(
      int bit, boolean honoured, String sdmName, String meaning, @Nullable String linuxName) {
    this.facts = new Facts(bit, honoured, sdmName, meaning, linuxName);
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public VmcsField field() {
    return VmcsField.PRIMARY_VM_EXIT_CONTROLS;
  }
}
