package dev.ringside.vmm.vmx;

import org.jspecify.annotations.Nullable;

/**
 * Primary processor-based VM-execution controls (SDM table 27-6): how synchronous events, mostly
 * instructions, are handled.
 */
public enum PrimaryControl implements VmxControl {
  /**
   * Interrupt-window exiting: a VM exit at the first instruction boundary that takes interrupts.
   */
  INTERRUPT_WINDOW_EXITING(
      2,
      true,
      "Interrupt-window exiting",
      "a VM exit at the first instruction boundary that takes interrupts",
      "CPU_BASED_INTR_WINDOW_EXITING"),
  /** Use TSC offsetting: the TSC offset is added to the time-stamp counter. */
  USE_TSC_OFFSETTING(
      3,
      true,
      "Use TSC offsetting",
      "the TSC offset is added to the time-stamp counter",
      "CPU_BASED_USE_TSC_OFFSETTING"),
  /** HLT exiting: HLT causes VM exits. */
  HLT_EXITING(7, true, "HLT exiting", "HLT causes VM exits", "CPU_BASED_HLT_EXITING"),
  /** INVLPG exiting: INVLPG and INVPCID cause VM exits. */
  INVLPG_EXITING(
      9, true, "INVLPG exiting", "INVLPG and INVPCID cause VM exits", "CPU_BASED_INVLPG_EXITING"),
  /** MWAIT exiting: MWAIT causes VM exits. */
  MWAIT_EXITING(10, true, "MWAIT exiting", "MWAIT causes VM exits", "CPU_BASED_MWAIT_EXITING"),
  /** RDPMC exiting: RDPMC causes VM exits. */
  RDPMC_EXITING(11, true, "RDPMC exiting", "RDPMC causes VM exits", "CPU_BASED_RDPMC_EXITING"),
  /** RDTSC exiting: RDTSC and RDTSCP cause VM exits. */
  RDTSC_EXITING(
      12, true, "RDTSC exiting", "RDTSC and RDTSCP cause VM exits", "CPU_BASED_RDTSC_EXITING"),
  /** CR3-load exiting: MOV to CR3 causes VM exits, CR3-target values excepted. */
  CR3_LOAD_EXITING(
      15,
      true,
      "CR3-load exiting",
      "MOV to CR3 causes VM exits, CR3-target values excepted",
      "CPU_BASED_CR3_LOAD_EXITING"),
  /** CR3-store exiting: MOV from CR3 causes VM exits. */
  CR3_STORE_EXITING(
      16, true, "CR3-store exiting", "MOV from CR3 causes VM exits", "CPU_BASED_CR3_STORE_EXITING"),
  /** Activate tertiary controls: the tertiary controls are used. */
  ACTIVATE_TERTIARY_CONTROLS(
      17,
      false,
      "Activate tertiary controls",
      "the tertiary controls are used",
      "CPU_BASED_ACTIVATE_TERTIARY_CONTROLS"),
  /** CR8-load exiting: MOV to CR8 causes VM exits. */
  CR8_LOAD_EXITING(
      19, true, "CR8-load exiting", "MOV to CR8 causes VM exits", "CPU_BASED_CR8_LOAD_EXITING"),
  /** CR8-store exiting: MOV from CR8 causes VM exits. */
  CR8_STORE_EXITING(
      20, true, "CR8-store exiting", "MOV from CR8 causes VM exits", "CPU_BASED_CR8_STORE_EXITING"),
  /** Use TPR shadow: MOV CR8 accesses the virtual-APIC page. */
  USE_TPR_SHADOW(
      21, true, "Use TPR shadow", "MOV CR8 accesses the virtual-APIC page", "CPU_BASED_TPR_SHADOW"),
  /**
   * NMI-window exiting: a VM exit at the first instruction boundary without virtual-NMI blocking.
   */
  NMI_WINDOW_EXITING(
      22,
      true,
      "NMI-window exiting",
      "a VM exit at the first instruction boundary without virtual-NMI blocking",
      "CPU_BASED_NMI_WINDOW_EXITING"),
  /** MOV-DR exiting: MOV DR causes VM exits. */
  MOV_DR_EXITING(23, true, "MOV-DR exiting", "MOV DR causes VM exits", "CPU_BASED_MOV_DR_EXITING"),
  /** Unconditional I/O exiting: I/O instructions cause VM exits, unless I/O bitmaps are used. */
  UNCONDITIONAL_IO_EXITING(
      24,
      true,
      "Unconditional I/O exiting",
      "I/O instructions cause VM exits, unless I/O bitmaps are used",
      "CPU_BASED_UNCOND_IO_EXITING"),
  /** Use I/O bitmaps: the I/O bitmaps say which ports cause VM exits. */
  USE_IO_BITMAPS(
      25,
      true,
      "Use I/O bitmaps",
      "the I/O bitmaps say which ports cause VM exits",
      "CPU_BASED_USE_IO_BITMAPS"),
  /** Monitor trap flag: a VM exit after each instruction. */
  MONITOR_TRAP_FLAG(
      27,
      true,
      "Monitor trap flag",
      "a VM exit after each instruction",
      "CPU_BASED_MONITOR_TRAP_FLAG"),
  /** Use MSR bitmaps: the MSR bitmaps say which MSRs cause VM exits; without, all do. */
  USE_MSR_BITMAPS(
      28,
      true,
      "Use MSR bitmaps",
      "the MSR bitmaps say which MSRs cause VM exits; without, all do",
      "CPU_BASED_USE_MSR_BITMAPS"),
  /** MONITOR exiting: MONITOR causes VM exits. */
  MONITOR_EXITING(
      29, true, "MONITOR exiting", "MONITOR causes VM exits", "CPU_BASED_MONITOR_EXITING"),
  /** PAUSE exiting: PAUSE causes VM exits. */
  PAUSE_EXITING(30, true, "PAUSE exiting", "PAUSE causes VM exits", "CPU_BASED_PAUSE_EXITING"),
  /** Activate secondary controls: the secondary controls are used. */
  ACTIVATE_SECONDARY_CONTROLS(
      31,
      true,
      "Activate secondary controls",
      "the secondary controls are used",
      "CPU_BASED_ACTIVATE_SECONDARY_CONTROLS");

  @SuppressWarnings("ImmutableEnumChecker") // a record of immutable parts
  private final Facts facts;

  PrimaryControl(
      int bit, boolean honoured, String sdmName, String meaning, @Nullable String linuxName) {
    this.facts = new Facts(bit, honoured, sdmName, meaning, linuxName);
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public VmcsField field() {
    return VmcsField.PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS;
  }
}
