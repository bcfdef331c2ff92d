package dev.ringside.vmm.vmx;

import java.util.Optional;

/** The VM-instruction error numbers (SDM table 33-1). */
public enum InstructionError {
  VMCALL_IN_VMX_ROOT_OPERATION(1, "VMCALL executed in VMX root operation"),
  VMCLEAR_INVALID_ADDRESS(2, "VMCLEAR with invalid physical address"),
  VMCLEAR_VMXON_POINTER(3, "VMCLEAR with VMXON pointer"),
  VMLAUNCH_NONCLEAR_VMCS(4, "VMLAUNCH with non-clear VMCS"),
  VMRESUME_NONLAUNCHED_VMCS(5, "VMRESUME with non-launched VMCS"),
  VMRESUME_AFTER_VMXOFF(6, "VMRESUME after VMXOFF"),
  ENTRY_INVALID_CONTROL_FIELD(7, "VM entry with invalid control field(s)"),
  ENTRY_INVALID_HOST_STATE_FIELD(8, "VM entry with invalid host-state field(s)"),
  VMPTRLD_INVALID_ADDRESS(9, "VMPTRLD with invalid physical address"),
  VMPTRLD_VMXON_POINTER(10, "VMPTRLD with VMXON pointer"),
  VMPTRLD_INCORRECT_REVISION(11, "VMPTRLD with incorrect VMCS revision identifier"),
  UNSUPPORTED_VMCS_COMPONENT(12, "VMREAD/VMWRITE from/to unsupported VMCS component"),
  VMWRITE_READ_ONLY_COMPONENT(13, "VMWRITE to read-only VMCS component"),
  VMXON_IN_VMX_ROOT_OPERATION(15, "VMXON executed in VMX root operation"),
  ENTRY_INVALID_EXECUTIVE_VMCS(16, "VM entry with invalid executive-VMCS pointer"),
  ENTRY_NONLAUNCHED_EXECUTIVE_VMCS(17, "VM entry with non-launched executive VMCS"),
  ENTRY_EXECUTIVE_VMCS_NOT_VMXON_POINTER(
      18, "VM entry with executive-VMCS pointer not VMXON pointer"),
  VMCALL_NONCLEAR_VMCS(19, "VMCALL with non-clear VMCS"),
  VMCALL_INVALID_EXIT_CONTROLS(20, "VMCALL with invalid VM-exit control fields"),
  VMCALL_INCORRECT_MSEG_REVISION(22, "VMCALL with incorrect MSEG revision identifier"),
  VMXOFF_UNDER_DUAL_MONITOR(23, "VMXOFF under dual-monitor treatment of SMIs and SMM"),
  VMCALL_INVALID_SMM_MONITOR_FEATURES(24, "VMCALL with invalid SMM-monitor features"),
  ENTRY_INVALID_EXECUTION_CONTROLS_IN_EXECUTIVE_VMCS(
      25, "VM entry with invalid VM-execution control fields in executive VMCS"),
  ENTRY_EVENTS_BLOCKED_BY_MOV_SS(26, "VM entry with events blocked by MOV SS"),
  INVALID_OPERAND_TO_INVEPT_INVVPID(28, "invalid operand to INVEPT/INVVPID");

  private final int number;
  private final String meaning;

  InstructionError(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** The value of the VM-instruction error field. */
  public int number() {
    return number;
  }

  /** The SDM's description. */
  public String meaning() {
    return meaning;
  }

  /** The error of this number, if there is one. */
  public static Optional<InstructionError> numbered(int number) {
    for (InstructionError error : values()) {
      if (error.number == number) {
        return Optional.of(error);
      }
    }
    return Optional.empty();
  }
}
