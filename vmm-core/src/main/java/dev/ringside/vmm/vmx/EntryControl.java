package dev.ringside.vmm.vmx;

import org.jspecify.annotations.Nullable;

/** VM-entry controls (SDM table 27-17). */
public enum EntryControl implements VmxControl {
  /** Load debug controls: VM entries load DR7 and IA32_DEBUGCTL. */
  LOAD_DEBUG_CONTROLS(
      2,
      true,
      "Load debug controls",
      "VM entries load DR7 and IA32_DEBUGCTL",
      "VM_ENTRY_LOAD_DEBUG_CONTROLS"),
  /** IA-32e mode guest: the guest is in IA-32e mode. */
  IA_32E_MODE_GUEST(
      9, true, "IA-32e mode guest", "the guest is in IA-32e mode", "VM_ENTRY_IA32E_MODE"),
  /** Entry to SMM: the guest is in system-management mode. */
  ENTRY_TO_SMM(10, false, "Entry to SMM", "the guest is in system-management mode", "VM_ENTRY_SMM"),
  /** Deactivate dual-monitor treatment: the default treatment of SMIs returns. */
  DEACTIVATE_DUAL_MONITOR_TREATMENT(
      11,
      false,
      "Deactivate dual-monitor treatment",
      "the default treatment of SMIs returns",
      "VM_ENTRY_DEACT_DUAL_MONITOR"),
  /** Load IA32_PERF_GLOBAL_CTRL: VM entries load IA32_PERF_GLOBAL_CTRL. */
  LOAD_IA32_PERF_GLOBAL_CTRL(
      13,
      false,
      "Load IA32_PERF_GLOBAL_CTRL",
      "VM entries load IA32_PERF_GLOBAL_CTRL",
      "VM_ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL"),
  /** Load IA32_PAT: VM entries load IA32_PAT. */
  LOAD_IA32_PAT(14, true, "Load IA32_PAT", "VM entries load IA32_PAT", "VM_ENTRY_LOAD_IA32_PAT"),
  /** Load IA32_EFER: VM entries load IA32_EFER. */
  LOAD_IA32_EFER(
      15, true, "Load IA32_EFER", "VM entries load IA32_EFER", "VM_ENTRY_LOAD_IA32_EFER"),
  /** Load IA32_BNDCFGS: VM entries load IA32_BNDCFGS. */
  LOAD_IA32_BNDCFGS(
      16, false, "Load IA32_BNDCFGS", "VM entries load IA32_BNDCFGS", "VM_ENTRY_LOAD_BNDCFGS"),
  /** Conceal VMX from PT: Intel PT does not show VM entries. */
  CONCEAL_VMX_FROM_PT(
      17,
      false,
      "Conceal VMX from PT",
      "Intel PT does not show VM entries",
      "VM_ENTRY_PT_CONCEAL_PIP"),
  /** Load IA32_RTIT_CTL: VM entries load IA32_RTIT_CTL. */
  LOAD_IA32_RTIT_CTL(
      18,
      false,
      "Load IA32_RTIT_CTL",
      "VM entries load IA32_RTIT_CTL",
      "VM_ENTRY_LOAD_IA32_RTIT_CTL"),
  /** Load UINV: VM entries load UINV. */
  LOAD_UINV(19, false, "Load UINV", "VM entries load UINV", null),
  /** Load CET state: VM entries load the CET MSRs and SSP. */
  LOAD_CET_STATE(
      20,
      false,
      "Load CET state",
      "VM entries load the CET MSRs and SSP",
      "VM_ENTRY_LOAD_CET_STATE"),
  /** Load guest IA32_LBR_CTL: VM entries load IA32_LBR_CTL. */
  LOAD_GUEST_IA32_LBR_CTL(
      21, false, "Load guest IA32_LBR_CTL", "VM entries load IA32_LBR_CTL", null),
  /** Load PKRS: VM entries load IA32_PKRS. */
  LOAD_PKRS(22, false, "Load PKRS", "VM entries load IA32_PKRS", null),
  /** Load FRED: VM entries load the FRED MSRs. */
  LOAD_FRED(23, false, "Load FRED", "VM entries load the FRED MSRs", null),
  /** Load IA32_SPEC_CTRL: VM entries load IA32_SPEC_CTRL. */
  LOAD_IA32_SPEC_CTRL(24, false, "Load IA32_SPEC_CTRL", "VM entries load IA32_SPEC_CTRL", null),
  /** Allow SEAM-guest telemetry: out-of-band telemetry stays on in SEAM non-root operation. */
  ALLOW_SEAM_GUEST_TELEMETRY(
      25,
      false,
      "Allow SEAM-guest telemetry",
      "out-of-band telemetry stays on in SEAM non-root operation",
      null);

  @SuppressWarnings("ImmutableEnumChecker") // a record of immutable parts
  private final Facts facts;

  EntryControl(
      int bit, boolean honoured, String sdmName, String meaning, @Nullable String linuxName) {
    this.facts = new Facts(bit, honoured, sdmName, meaning, linuxName);
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public VmcsField field() {
    return VmcsField.VM_ENTRY_CONTROLS;
  }
}
