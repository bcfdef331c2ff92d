package dev.ringside.vmm.vmx;

import org.jspecify.annotations.Nullable;

/**
 * Secondary processor-based VM-execution controls (SDM table 27-7). They count only while "activate
 * secondary controls" is 1.
 */
public enum SecondaryControl implements VmxControl {
  /** Virtualize APIC accesses: accesses to the APIC-access page are treated specially. */
  VIRTUALIZE_APIC_ACCESSES(
      0,
      false,
      "Virtualize APIC accesses",
      "accesses to the APIC-access page are treated specially",
      "SECONDARY_EXEC_VIRTUALIZE_APIC_ACCESSES"),
  /** Enable EPT: guest-physical addresses are translated by extended page tables. */
  ENABLE_EPT(
      1,
      true,
      "Enable EPT",
      "guest-physical addresses are translated by extended page tables",
      "SECONDARY_EXEC_ENABLE_EPT"),
  /** Descriptor-table exiting: LGDT, LIDT, LLDT, LTR, SGDT, SIDT, SLDT and STR cause VM exits. */
  DESCRIPTOR_TABLE_EXITING(
      2,
      true,
      "Descriptor-table exiting",
      "LGDT, LIDT, LLDT, LTR, SGDT, SIDT, SLDT and STR cause VM exits",
      "SECONDARY_EXEC_DESC"),
  /** Enable RDTSCP: RDTSCP works; otherwise it is #UD. */
  ENABLE_RDTSCP(
      3,
      true,
      "Enable RDTSCP",
      "RDTSCP works; otherwise it is #UD",
      "SECONDARY_EXEC_ENABLE_RDTSCP"),
  /** Virtualize x2APIC mode: MSRs 800H to 8FFH are treated specially. */
  VIRTUALIZE_X2APIC_MODE(
      4,
      false,
      "Virtualize x2APIC mode",
      "MSRs 800H to 8FFH are treated specially",
      "SECONDARY_EXEC_VIRTUALIZE_X2APIC_MODE"),
  /** Enable VPID: cached translations belong to a virtual-processor identifier. */
  ENABLE_VPID(
      5,
      true,
      "Enable VPID",
      "cached translations belong to a virtual-processor identifier",
      "SECONDARY_EXEC_ENABLE_VPID"),
  /** WBINVD exiting: WBINVD and WBNOINVD cause VM exits. */
  WBINVD_EXITING(
      6,
      true,
      "WBINVD exiting",
      "WBINVD and WBNOINVD cause VM exits",
      "SECONDARY_EXEC_WBINVD_EXITING"),
  /** Unrestricted guest: the guest may run in real-address mode and without paging. */
  UNRESTRICTED_GUEST(
      7,
      true,
      "Unrestricted guest",
      "the guest may run in real-address mode and without paging",
      "SECONDARY_EXEC_UNRESTRICTED_GUEST"),
  /** APIC-register virtualization: reads of most APIC registers come from the virtual-APIC page. */
  APIC_REGISTER_VIRTUALIZATION(
      8,
      false,
      "APIC-register virtualization",
      "reads of most APIC registers come from the virtual-APIC page",
      "SECONDARY_EXEC_APIC_REGISTER_VIRT"),
  /** Virtual-interrupt delivery: pending virtual interrupts are evaluated and delivered. */
  VIRTUAL_INTERRUPT_DELIVERY(
      9,
      false,
      "Virtual-interrupt delivery",
      "pending virtual interrupts are evaluated and delivered",
      "SECONDARY_EXEC_VIRTUAL_INTR_DELIVERY"),
  /** PAUSE-loop exiting: a loop of PAUSEs at CPL 0 causes a VM exit. */
  PAUSE_LOOP_EXITING(
      10,
      false,
      "PAUSE-loop exiting",
      "a loop of PAUSEs at CPL 0 causes a VM exit",
      "SECONDARY_EXEC_PAUSE_LOOP_EXITING"),
  /** RDRAND exiting: RDRAND causes VM exits. */
  RDRAND_EXITING(
      11, true, "RDRAND exiting", "RDRAND causes VM exits", "SECONDARY_EXEC_RDRAND_EXITING"),
  /** Enable INVPCID: INVPCID works; otherwise it is #UD. */
  ENABLE_INVPCID(
      12,
      true,
      "Enable INVPCID",
      "INVPCID works; otherwise it is #UD",
      "SECONDARY_EXEC_ENABLE_INVPCID"),
  /** Enable VM functions: VMFUNC works in VMX non-root operation. */
  ENABLE_VM_FUNCTIONS(
      13,
      false,
      "Enable VM functions",
      "VMFUNC works in VMX non-root operation",
      "SECONDARY_EXEC_ENABLE_VMFUNC"),
  /** VMCS shadowing: VMREAD and VMWRITE may access a shadow VMCS. */
  VMCS_SHADOWING(
      14,
      false,
      "VMCS shadowing",
      "VMREAD and VMWRITE may access a shadow VMCS",
      "SECONDARY_EXEC_SHADOW_VMCS"),
  /** Enable ENCLS exiting: the ENCLS-exiting bitmap says which leaves cause VM exits. */
  ENABLE_ENCLS_EXITING(
      15,
      false,
      "Enable ENCLS exiting",
      "the ENCLS-exiting bitmap says which leaves cause VM exits",
      "SECONDARY_EXEC_ENCLS_EXITING"),
  /** RDSEED exiting: RDSEED causes VM exits. */
  RDSEED_EXITING(
      16, true, "RDSEED exiting", "RDSEED causes VM exits", "SECONDARY_EXEC_RDSEED_EXITING"),
  /** Enable PML: an access that sets an EPT dirty flag is logged. */
  ENABLE_PML(
      17,
      false,
      "Enable PML",
      "an access that sets an EPT dirty flag is logged",
      "SECONDARY_EXEC_ENABLE_PML"),
  /** EPT-violation #VE: EPT violations may cause #VE instead of VM exits. */
  EPT_VIOLATION_VE(
      18,
      false,
      "EPT-violation #VE",
      "EPT violations may cause #VE instead of VM exits",
      "SECONDARY_EXEC_EPT_VIOLATION_VE"),
  /** Conceal VMX from PT: Intel PT does not show VMX non-root operation. */
  CONCEAL_VMX_FROM_PT(
      19,
      false,
      "Conceal VMX from PT",
      "Intel PT does not show VMX non-root operation",
      "SECONDARY_EXEC_PT_CONCEAL_VMX"),
  /** Enable XSAVES/XRSTORS: XSAVES and XRSTORS work; otherwise they are #UD. */
  ENABLE_XSAVES_XRSTORS(
      20,
      true,
      "Enable XSAVES/XRSTORS",
      "XSAVES and XRSTORS work; otherwise they are #UD",
      "SECONDARY_EXEC_ENABLE_XSAVES"),
  /** PASID translation: ENQCMD and ENQCMDS translate PASIDs. */
  PASID_TRANSLATION(21, false, "PASID translation", "ENQCMD and ENQCMDS translate PASIDs", null),
  /**
   * Mode-based execute control for EPT: EPT has execute permission by user and supervisor linear
   * address.
   */
  MODE_BASED_EXECUTE_CONTROL_FOR_EPT(
      22,
      false,
      "Mode-based execute control for EPT",
      "EPT has execute permission by user and supervisor linear address",
      "SECONDARY_EXEC_MODE_BASED_EPT_EXEC"),
  /** Sub-page write permissions for EPT: EPT write permission by 128 bytes. */
  SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT(
      23, false, "Sub-page write permissions for EPT", "EPT write permission by 128 bytes", null),
  /** Intel PT uses guest physical addresses: output addresses of Intel PT are guest-physical. */
  INTEL_PT_USES_GUEST_PHYSICAL_ADDRESSES(
      24,
      false,
      "Intel PT uses guest physical addresses",
      "output addresses of Intel PT are guest-physical",
      "SECONDARY_EXEC_PT_USE_GPA"),
  /** Use TSC scaling: the time-stamp counter is multiplied before the offset is added. */
  USE_TSC_SCALING(
      25,
      false,
      "Use TSC scaling",
      "the time-stamp counter is multiplied before the offset is added",
      "SECONDARY_EXEC_TSC_SCALING"),
  /** Enable user wait and pause: TPAUSE, UMONITOR and UMWAIT work; otherwise they are #UD. */
  ENABLE_USER_WAIT_AND_PAUSE(
      26,
      false,
      "Enable user wait and pause",
      "TPAUSE, UMONITOR and UMWAIT work; otherwise they are #UD",
      "SECONDARY_EXEC_ENABLE_USR_WAIT_PAUSE"),
  /** Enable PCONFIG: PCONFIG works; otherwise it is #UD. */
  ENABLE_PCONFIG(27, false, "Enable PCONFIG", "PCONFIG works; otherwise it is #UD", null),
  /** Enable ENCLV exiting: the ENCLV-exiting bitmap says which leaves cause VM exits. */
  ENABLE_ENCLV_EXITING(
      28,
      false,
      "Enable ENCLV exiting",
      "the ENCLV-exiting bitmap says which leaves cause VM exits",
      null),
  /** VMM bus-lock detection: a bus lock causes a VM exit. */
  VMM_BUS_LOCK_DETECTION(
      30,
      false,
      "VMM bus-lock detection",
      "a bus lock causes a VM exit",
      "SECONDARY_EXEC_BUS_LOCK_DETECTION"),
  /** Instruction timeout: a VM exit where an instruction boundary is too long in coming. */
  INSTRUCTION_TIMEOUT(
      31,
      false,
      "Instruction timeout",
      "a VM exit where an instruction boundary is too long in coming",
      "SECONDARY_EXEC_NOTIFY_VM_EXITING");

  @SuppressWarnings("ImmutableEnumChecker") // a record of immutable parts
  private final Facts facts;

  SecondaryControl(
      int bit, boolean honoured, String sdmName, String meaning, @Nullable String linuxName) {
    this.facts = new Facts(bit, honoured, sdmName, meaning, linuxName);
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public VmcsField field() {
    return VmcsField.SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS;
  }
}
