package dev.ringside.vmm.vmx;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The checks of the VMX controls (SDM 29.2.1): if one fails, so does the instruction, with error 7.
 */
public enum ControlCheck implements EntryCheck {
  /** Reserved pin-based controls must be set as IA32_VMX_TRUE_PINBASED_CTLS says. */
  PIN_CONTROLS_RESERVED(
      "29.2.1.1",
      "reserved pin-based controls must be set as IA32_VMX_TRUE_PINBASED_CTLS says",
      state ->
          state.allowed(
              VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS, state.capabilities().truePinControls()),
      VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS),
  /** Reserved primary controls must be set as IA32_VMX_TRUE_PROCBASED_CTLS says. */
  PRIMARY_CONTROLS_RESERVED(
      "29.2.1.1",
      "reserved primary controls must be set as IA32_VMX_TRUE_PROCBASED_CTLS says",
      state ->
          state.allowed(
              VmcsField.PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS,
              state.capabilities().truePrimaryControls()),
      VmcsField.PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS),
  /** Reserved secondary controls must be clear, as IA32_VMX_PROCBASED_CTLS2 says. */
  SECONDARY_CONTROLS_RESERVED(
      "29.2.1.1",
      "reserved secondary controls must be clear, as IA32_VMX_PROCBASED_CTLS2 says",
      state ->
          !state.isSet(PrimaryControl.ACTIVATE_SECONDARY_CONTROLS)
              || state.allowed(
                  VmcsField.SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS,
                  state.capabilities().secondaryControls()),
      VmcsField.SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS),
  /** The CR3-target count must not be greater than 4. */
  CR3_TARGET_COUNT(
      "29.2.1.1",
      "the CR3-target count must not be greater than 4",
      state -> state.get(VmcsField.CR3_TARGET_COUNT) <= VmxCapabilities.CR3_TARGETS,
      VmcsField.CR3_TARGET_COUNT),
  /** The address of I/O bitmap A must be that of a physical page. */
  IO_BITMAP_A_ADDRESS(
      "29.2.1.1",
      "the address of I/O bitmap A must be that of a physical page",
      state ->
          !state.isSet(PrimaryControl.USE_IO_BITMAPS)
              || state.page(VmcsField.ADDRESS_OF_IO_BITMAP_A),
      VmcsField.ADDRESS_OF_IO_BITMAP_A),
  /** The address of I/O bitmap B must be that of a physical page. */
  IO_BITMAP_B_ADDRESS(
      "29.2.1.1",
      "the address of I/O bitmap B must be that of a physical page",
      state ->
          !state.isSet(PrimaryControl.USE_IO_BITMAPS)
              || state.page(VmcsField.ADDRESS_OF_IO_BITMAP_B),
      VmcsField.ADDRESS_OF_IO_BITMAP_B),
  /** The address of the MSR bitmaps must be that of a physical page. */
  MSR_BITMAP_ADDRESS(
      "29.2.1.1",
      "the address of the MSR bitmaps must be that of a physical page",
      state ->
          !state.isSet(PrimaryControl.USE_MSR_BITMAPS)
              || state.page(VmcsField.ADDRESS_OF_MSR_BITMAPS),
      VmcsField.ADDRESS_OF_MSR_BITMAPS),
  /** The virtual-APIC address must be that of a physical page. */
  VIRTUAL_APIC_ADDRESS(
      "29.2.1.1",
      "the virtual-APIC address must be that of a physical page",
      state ->
          !state.isSet(PrimaryControl.USE_TPR_SHADOW) || state.page(VmcsField.VIRTUAL_APIC_ADDRESS),
      VmcsField.VIRTUAL_APIC_ADDRESS),
  /** Bits 31:4 of the TPR threshold must be 0. */
  TPR_THRESHOLD_RESERVED(
      "29.2.1.1",
      "bits 31:4 of the TPR threshold must be 0",
      state ->
          !state.isSet(PrimaryControl.USE_TPR_SHADOW)
              || state.get(VmcsField.TPR_THRESHOLD) >>> 4 == 0,
      VmcsField.TPR_THRESHOLD),
  /** The TPR threshold must not be greater than bits 7:4 of VTPR. */
  TPR_THRESHOLD_ABOVE_VTPR(
      "29.2.1.1",
      "the TPR threshold must not be greater than bits 7:4 of VTPR",
      state -> !state.isSet(PrimaryControl.USE_TPR_SHADOW) || state.thresholdWithinVtpr(),
      VmcsField.TPR_THRESHOLD,
      VmcsField.VIRTUAL_APIC_ADDRESS),
  /** Virtual NMIs need NMI exiting. */
  VIRTUAL_NMIS_WITHOUT_NMI_EXITING(
      "29.2.1.1",
      "virtual NMIs need NMI exiting",
      state -> !state.isSet(PinControl.VIRTUAL_NMIS) || state.isSet(PinControl.NMI_EXITING),
      VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS),
  /** NMI-window exiting needs virtual NMIs. */
  NMI_WINDOW_WITHOUT_VIRTUAL_NMIS(
      "29.2.1.1",
      "NMI-window exiting needs virtual NMIs",
      state ->
          !state.isSet(PrimaryControl.NMI_WINDOW_EXITING) || state.isSet(PinControl.VIRTUAL_NMIS),
      VmcsField.PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS,
      VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS),
  /** The VPID must not be 0. */
  VPID_ZERO(
      "29.2.1.1",
      "the VPID must not be 0",
      state ->
          !state.isSet(SecondaryControl.ENABLE_VPID)
              || state.get(VmcsField.VIRTUAL_PROCESSOR_IDENTIFIER) != 0,
      VmcsField.VIRTUAL_PROCESSOR_IDENTIFIER),
  /** The EPT memory type (bits 2:0) must be supported by IA32_VMX_EPT_VPID_CAP. */
  EPTP_MEMORY_TYPE(
      "29.2.1.1",
      "the EPT memory type (bits 2:0) must be supported by IA32_VMX_EPT_VPID_CAP",
      state ->
          !state.isSet(SecondaryControl.ENABLE_EPT)
              || state
                  .capabilities()
                  .supportsEptMemoryType((int) state.get(VmcsField.EPT_POINTER) & 7),
      VmcsField.EPT_POINTER),
  /** The EPT walk length (bits 5:3, plus 1) must be supported by IA32_VMX_EPT_VPID_CAP. */
  EPTP_WALK_LENGTH(
      "29.2.1.1",
      "the EPT walk length (bits 5:3, plus 1) must be supported by IA32_VMX_EPT_VPID_CAP",
      state ->
          !state.isSet(SecondaryControl.ENABLE_EPT)
              || state
                  .capabilities()
                  .supportsEptWalk(((int) state.get(VmcsField.EPT_POINTER) >> 3 & 7) + 1),
      VmcsField.EPT_POINTER),
  /** Bit 6 of the EPTP must be 0 on a processor without EPT accessed and dirty flags. */
  EPTP_ACCESSED_DIRTY(
      "29.2.1.1",
      "bit 6 of the EPTP must be 0 on a processor without EPT accessed and dirty flags",
      state ->
          !state.isSet(SecondaryControl.ENABLE_EPT)
              || state.capabilities().supportsEptAccessedAndDirty()
              || !state.bit(VmcsField.EPT_POINTER, 6),
      VmcsField.EPT_POINTER),
  /** Bits 11:7 of the EPTP must be 0. */
  EPTP_RESERVED(
      "29.2.1.1",
      "bits 11:7 of the EPTP must be 0",
      state ->
          !state.isSet(SecondaryControl.ENABLE_EPT)
              || (state.get(VmcsField.EPT_POINTER) & 0xF80) == 0,
      VmcsField.EPT_POINTER),
  /** The EPTP must not have address bits beyond MAXPHYADDR. */
  EPTP_ADDRESS(
      "29.2.1.1",
      "the EPTP must not have address bits beyond MAXPHYADDR",
      state -> !state.isSet(SecondaryControl.ENABLE_EPT) || state.physical(VmcsField.EPT_POINTER),
      VmcsField.EPT_POINTER),
  /** Unrestricted guest needs EPT. */
  UNRESTRICTED_GUEST_WITHOUT_EPT(
      "29.2.1.1",
      "unrestricted guest needs EPT",
      state ->
          !state.isSet(SecondaryControl.UNRESTRICTED_GUEST)
              || state.isSet(SecondaryControl.ENABLE_EPT),
      VmcsField.SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS),
  /** Reserved VM-exit controls must be set as IA32_VMX_TRUE_EXIT_CTLS says. */
  EXIT_CONTROLS_RESERVED(
      "29.2.1.2",
      "reserved VM-exit controls must be set as IA32_VMX_TRUE_EXIT_CTLS says",
      state ->
          state.allowed(
              VmcsField.PRIMARY_VM_EXIT_CONTROLS, state.capabilities().trueExitControls()),
      VmcsField.PRIMARY_VM_EXIT_CONTROLS),
  /** The VMX-preemption timer value can be saved only if the timer is activated. */
  SAVE_PREEMPTION_TIMER_WITHOUT_TIMER(
      "29.2.1.2",
      "the VMX-preemption timer value can be saved only if the timer is activated",
      state ->
          !state.isSet(ExitControl.SAVE_VMX_PREEMPTION_TIMER_VALUE)
              || state.isSet(PinControl.ACTIVATE_VMX_PREEMPTION_TIMER),
      VmcsField.PRIMARY_VM_EXIT_CONTROLS,
      VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS),
  /** The VM-exit MSR-store address must be 16-byte aligned and within MAXPHYADDR. */
  EXIT_MSR_STORE_ADDRESS(
      "29.2.1.2",
      "the VM-exit MSR-store address must be 16-byte aligned and within MAXPHYADDR",
      state ->
          state.msrAreaStart(
              VmcsField.VM_EXIT_MSR_STORE_COUNT, VmcsField.VM_EXIT_MSR_STORE_ADDRESS),
      VmcsField.VM_EXIT_MSR_STORE_ADDRESS,
      VmcsField.VM_EXIT_MSR_STORE_COUNT),
  /** The end of the VM-exit MSR-store area must be within MAXPHYADDR. */
  EXIT_MSR_STORE_END(
      "29.2.1.2",
      "the end of the VM-exit MSR-store area must be within MAXPHYADDR",
      state ->
          state.msrAreaEnd(VmcsField.VM_EXIT_MSR_STORE_COUNT, VmcsField.VM_EXIT_MSR_STORE_ADDRESS),
      VmcsField.VM_EXIT_MSR_STORE_ADDRESS,
      VmcsField.VM_EXIT_MSR_STORE_COUNT),
  /** The VM-exit MSR-load address must be 16-byte aligned and within MAXPHYADDR. */
  EXIT_MSR_LOAD_ADDRESS(
      "29.2.1.2",
      "the VM-exit MSR-load address must be 16-byte aligned and within MAXPHYADDR",
      state ->
          state.msrAreaStart(VmcsField.VM_EXIT_MSR_LOAD_COUNT, VmcsField.VM_EXIT_MSR_LOAD_ADDRESS),
      VmcsField.VM_EXIT_MSR_LOAD_ADDRESS,
      VmcsField.VM_EXIT_MSR_LOAD_COUNT),
  /** The end of the VM-exit MSR-load area must be within MAXPHYADDR. */
  EXIT_MSR_LOAD_END(
      "29.2.1.2",
      "the end of the VM-exit MSR-load area must be within MAXPHYADDR",
      state ->
          state.msrAreaEnd(VmcsField.VM_EXIT_MSR_LOAD_COUNT, VmcsField.VM_EXIT_MSR_LOAD_ADDRESS),
      VmcsField.VM_EXIT_MSR_LOAD_ADDRESS,
      VmcsField.VM_EXIT_MSR_LOAD_COUNT),
  /** Reserved VM-entry controls must be set as IA32_VMX_TRUE_ENTRY_CTLS says. */
  ENTRY_CONTROLS_RESERVED(
      "29.2.1.3",
      "reserved VM-entry controls must be set as IA32_VMX_TRUE_ENTRY_CTLS says",
      state -> state.allowed(VmcsField.VM_ENTRY_CONTROLS, state.capabilities().trueEntryControls()),
      VmcsField.VM_ENTRY_CONTROLS),
  /** The type of the event to inject (bits 10:8) must not be 1, which is reserved. */
  INJECTION_TYPE(
      "29.2.1.3",
      "the type of the event to inject (bits 10:8) must not be 1, which is reserved",
      state -> !state.injecting() || state.injectedType() != 1,
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /**
   * The vector of the event to inject must fit its type: 2 for an NMI, at most 31 for a hardware
   * exception, 0 for another event.
   */
  INJECTION_VECTOR(
      "29.2.1.3",
      "the vector of the event to inject must fit its type: 2 for an NMI, at most 31 for a hardware"
          + " exception, 0 for another event",
      state -> !state.injecting() || state.injectedVectorFitsType(),
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /**
   * #DF, #TS, #NP, #SS, #GP, #PF and #AC must be injected with an error code, except into
   * real-address mode.
   */
  INJECTION_ERROR_CODE_MISSING(
      "29.2.1.3",
      "#DF, #TS, #NP, #SS, #GP, #PF and #AC must be injected with an error code, except into"
          + " real-address mode",
      state -> !state.injecting() || state.deliversErrorCode() || !state.errorCodeFits(),
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION,
      VmcsField.GUEST_CR0),
  /** An event must be injected without an error code if it has none, and into real-address mode. */
  INJECTION_ERROR_CODE_UNEXPECTED(
      "29.2.1.3",
      "an event must be injected without an error code if it has none, and into real-address mode",
      state -> !state.injecting() || !state.deliversErrorCode() || state.errorCodeFits(),
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION,
      VmcsField.GUEST_CR0),
  /** Bit 13 (nested exception) must be 0 on a processor without FRED. */
  INJECTION_NESTED(
      "29.2.1.3",
      "bit 13 (nested exception) must be 0 on a processor without FRED",
      state -> !state.injecting() || !state.bit(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION, 13),
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /** Bits 30:14 and 12 of the event to inject must be 0. */
  INJECTION_RESERVED(
      "29.2.1.3",
      "bits 30:14 and 12 of the event to inject must be 0",
      state ->
          !state.injecting()
              || (state.get(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION) & 0x7FFF_D000L) == 0,
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /** Bits 31:16 of the error code to inject must be 0. */
  INJECTION_ERROR_CODE_RESERVED(
      "29.2.1.3",
      "bits 31:16 of the error code to inject must be 0",
      state ->
          !state.injecting()
              || !state.deliversErrorCode()
              || state.get(VmcsField.VM_ENTRY_EXCEPTION_ERROR_CODE) >>> 16 == 0,
      VmcsField.VM_ENTRY_EXCEPTION_ERROR_CODE),
  /** The VM-entry instruction length must be from 0 to 15 for a software interrupt or exception. */
  INJECTION_INSTRUCTION_LENGTH(
      "29.2.1.3",
      "the VM-entry instruction length must be from 0 to 15 for a software interrupt or exception",
      state ->
          !state.injectingSoftwareEvent() || state.get(VmcsField.VM_ENTRY_INSTRUCTION_LENGTH) <= 15,
      VmcsField.VM_ENTRY_INSTRUCTION_LENGTH,
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /** The VM-entry MSR-load address must be 16-byte aligned and within MAXPHYADDR. */
  ENTRY_MSR_LOAD_ADDRESS(
      "29.2.1.3",
      "the VM-entry MSR-load address must be 16-byte aligned and within MAXPHYADDR",
      state ->
          state.msrAreaStart(
              VmcsField.VM_ENTRY_MSR_LOAD_COUNT, VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS),
      VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS,
      VmcsField.VM_ENTRY_MSR_LOAD_COUNT),
  /** The end of the VM-entry MSR-load area must be within MAXPHYADDR. */
  ENTRY_MSR_LOAD_END(
      "29.2.1.3",
      "the end of the VM-entry MSR-load area must be within MAXPHYADDR",
      state ->
          state.msrAreaEnd(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS),
      VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS,
      VmcsField.VM_ENTRY_MSR_LOAD_COUNT);

  private static final ControlCheck[] ALL = values();

  private final String section;
  private final String rule;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda that captures nothing
  private final Predicate<EntryState> holds;

  @SuppressWarnings("ImmutableEnumChecker") // from List.of
  private final List<VmcsField> fields;

  ControlCheck(String section, String rule, Predicate<EntryState> holds, VmcsField... fields) {
    this.section = section;
    this.rule = rule;
    this.holds = holds;
    this.fields = List.of(fields);
  }

  @Override
  public String section() {
    return section;
  }

  @Override
  public String rule() {
    return rule;
  }

  @Override
  public List<VmcsField> fields() {
    return fields;
  }

  /** The first of these checks that fails. */
  static Optional<ControlCheck> firstFailing(EntryState state) {
    for (ControlCheck check : ALL) {
      if (!check.holds.test(state)) {
        return Optional.of(check);
      }
    }
    return Optional.empty();
  }
}
