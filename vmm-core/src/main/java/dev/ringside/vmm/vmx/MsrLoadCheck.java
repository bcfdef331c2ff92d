package dev.ringside.vmm.vmx;

import java.util.List;

/**
 * The checks of each entry of the VM-entry MSR-load area (SDM 29.4): if one fails, the entry is
 * reported like an exit, with reason 34 and the number of the entry as its qualification.
 */
public enum MsrLoadCheck implements EntryCheck {
  /** IA32_FS_BASE and IA32_GS_BASE. */
  MSR_LOAD_SEGMENT_BASE("an entry must not load IA32_FS_BASE or IA32_GS_BASE"),
  /** 800H to 8FFH. */
  MSR_LOAD_X2APIC("an entry must not load an x2APIC register (800H to 8FFH)"),
  /** IA32_SMM_MONITOR_CTL. */
  MSR_LOAD_SMM("an entry must not load an MSR that only SMM can write"),
  /** Bits 63:32. */
  MSR_LOAD_RESERVED("bits 63:32 of an entry must be 0"),
  /** WRMSR would fault. */
  MSR_LOAD_VALUE("an entry must hold an MSR and a value that WRMSR accepts at CPL 0");

  private final String rule;

  MsrLoadCheck(String rule) {
    this.rule = rule;
  }

  @Override
  public String section() {
    return "29.4";
  }

  @Override
  public String rule() {
    return rule;
  }

  @Override
  public List<VmcsField> fields() {
    return List.of(VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS, VmcsField.VM_ENTRY_MSR_LOAD_COUNT);
  }
}
