package dev.ringside.vmm.vmx;

import org.jspecify.annotations.Nullable;

/** Pin-based VM-execution controls (SDM table 27-5): how asynchronous events are handled. */
public enum PinControl implements VmxControl {
  /** External-interrupt exiting: external interrupts cause VM exits. */
  EXTERNAL_INTERRUPT_EXITING(
      0,
      true,
      "External-interrupt exiting",
      "external interrupts cause VM exits",
      "PIN_BASED_EXT_INTR_MASK"),
  /** NMI exiting: NMIs cause VM exits. */
  NMI_EXITING(3, true, "NMI exiting", "NMIs cause VM exits", "PIN_BASED_NMI_EXITING"),
  /** Virtual NMIs: NMIs are never blocked; blocking by NMI is virtual. */
  VIRTUAL_NMIS(
      5,
      true,
      "Virtual NMIs",
      "NMIs are never blocked; blocking by NMI is virtual",
      "PIN_BASED_VIRTUAL_NMIS"),
  /** Activate VMX-preemption timer: the VMX-preemption timer counts down. */
  ACTIVATE_VMX_PREEMPTION_TIMER(
      6,
      true,
      "Activate VMX-preemption timer",
      "the VMX-preemption timer counts down",
      "PIN_BASED_VMX_PREEMPTION_TIMER"),
  /** Process posted interrupts: posted interrupts are processed. */
  PROCESS_POSTED_INTERRUPTS(
      7,
      false,
      "Process posted interrupts",
      "posted interrupts are processed",
      "PIN_BASED_POSTED_INTR");

  @SuppressWarnings("ImmutableEnumChecker") // a record of immutable parts
  private final Facts facts;

  PinControl(
      int bit, boolean honoured, String sdmName, String meaning, @Nullable String linuxName) {
    this.facts = new Facts(bit, honoured, sdmName, meaning, linuxName);
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public VmcsField field() {
    return VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS;
  }
}
