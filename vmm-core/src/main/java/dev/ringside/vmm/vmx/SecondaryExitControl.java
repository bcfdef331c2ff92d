package dev.ringside.vmm.vmx;

import org.jspecify.annotations.Nullable;

/** Secondary VM-exit controls (SDM table 27-15), a vector of 64 bits. */
public enum SecondaryExitControl implements VmxControl {
  /** Save FRED: VM exits save the FRED MSRs. */
  SAVE_FRED(0, false, "Save FRED", "VM exits save the FRED MSRs", null),
  /** Load FRED: VM exits load the FRED MSRs. */
  LOAD_FRED(1, false, "Load FRED", "VM exits load the FRED MSRs", null),
  /** Load IA32_SPEC_CTRL: VM exits load IA32_SPEC_CTRL. */
  LOAD_IA32_SPEC_CTRL(2, false, "Load IA32_SPEC_CTRL", "VM exits load IA32_SPEC_CTRL", null),
  /** Prematurely busy shadow stack: VM exits tell of a shadow stack left busy. */
  PREMATURELY_BUSY_SHADOW_STACK(
      3, false, "Prematurely busy shadow stack", "VM exits tell of a shadow stack left busy", null);

  @SuppressWarnings("ImmutableEnumChecker") // a record of immutable parts
  private final Facts facts;

  SecondaryExitControl(
      int bit, boolean honoured, String sdmName, String meaning, @Nullable String linuxName) {
    this.facts = new Facts(bit, honoured, sdmName, meaning, linuxName);
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public VmcsField field() {
    return VmcsField.SECONDARY_VM_EXIT_CONTROLS;
  }
}
