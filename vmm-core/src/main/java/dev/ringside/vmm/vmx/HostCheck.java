package dev.ringside.vmm.vmx;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The checks of the host-state area (SDM 29.2.2 to 29.2.4): if one fails, so does the instruction,
 * with error 8. The processor is always in IA-32e mode at VM entry, so that the checks for a 32-bit
 * host come down to {@link #HOST_ADDRESS_SPACE_SIZE}.
 */
public enum HostCheck implements EntryCheck {
  /** The host CR0 must have the values that VMX operation supports. */
  HOST_CR0_FIXED(
      "29.2.2",
      "the host CR0 must have the values that VMX operation supports",
      state ->
          EntryState.fixed(
              state.get(VmcsField.HOST_CR0),
              state.capabilities().cr0Fixed0(),
              state.capabilities().cr0Fixed1(),
              0),
      VmcsField.HOST_CR0),
  /** The host CR4 must have the values that VMX operation supports. */
  HOST_CR4_FIXED(
      "29.2.2",
      "the host CR4 must have the values that VMX operation supports",
      state ->
          EntryState.fixed(
              state.get(VmcsField.HOST_CR4),
              state.capabilities().cr4Fixed0(),
              state.capabilities().cr4Fixed1(),
              0),
      VmcsField.HOST_CR4),
  /** The host CR4.CET needs CR0.WP. */
  HOST_CET_WITHOUT_WP(
      "29.2.2",
      "the host CR4.CET needs CR0.WP",
      state -> !state.bit(VmcsField.HOST_CR4, 23) || state.bit(VmcsField.HOST_CR0, 16),
      VmcsField.HOST_CR4,
      VmcsField.HOST_CR0),
  /** The host CR3 must not have bits beyond MAXPHYADDR. */
  HOST_CR3(
      "29.2.2",
      "the host CR3 must not have bits beyond MAXPHYADDR",
      state -> state.physical(VmcsField.HOST_CR3),
      VmcsField.HOST_CR3),
  /** The host IA32_SYSENTER_ESP must be canonical. */
  HOST_SYSENTER_ESP(
      "29.2.2",
      "the host IA32_SYSENTER_ESP must be canonical",
      state -> state.canonical(VmcsField.HOST_IA32_SYSENTER_ESP),
      VmcsField.HOST_IA32_SYSENTER_ESP),
  /** The host IA32_SYSENTER_EIP must be canonical. */
  HOST_SYSENTER_EIP(
      "29.2.2",
      "the host IA32_SYSENTER_EIP must be canonical",
      state -> state.canonical(VmcsField.HOST_IA32_SYSENTER_EIP),
      VmcsField.HOST_IA32_SYSENTER_EIP),
  /** Each byte of the host IA32_PAT must be a memory type. */
  HOST_PAT(
      "29.2.2",
      "each byte of the host IA32_PAT must be a memory type",
      state -> !state.isSet(ExitControl.LOAD_IA32_PAT) || state.pat(VmcsField.HOST_IA32_PAT),
      VmcsField.HOST_IA32_PAT),
  /** Reserved bits of the host IA32_EFER must be 0. */
  HOST_EFER_RESERVED(
      "29.2.2",
      "reserved bits of the host IA32_EFER must be 0",
      state ->
          !state.isSet(ExitControl.LOAD_IA32_EFER)
              || (state.get(VmcsField.HOST_IA32_EFER) & ~state.capabilities().limits().efer()) == 0,
      VmcsField.HOST_IA32_EFER),
  /** LMA and LME of the host IA32_EFER must equal the control \"host address-space size\". */
  HOST_EFER_LMA_LME(
      "29.2.2",
      "LMA and LME of the host IA32_EFER must equal the control \"host address-space size\"",
      state -> !state.isSet(ExitControl.LOAD_IA32_EFER) || state.hostModeAgrees(),
      VmcsField.HOST_IA32_EFER,
      VmcsField.PRIMARY_VM_EXIT_CONTROLS),
  /** RPL and TI of the host CS selector must be 0. */
  HOST_CS_RPL_TI(
      "29.2.3",
      "RPL and TI of the host CS selector must be 0",
      state -> (state.get(VmcsField.HOST_CS_SELECTOR) & 7) == 0,
      VmcsField.HOST_CS_SELECTOR),
  /** RPL and TI of the host SS selector must be 0. */
  HOST_SS_RPL_TI(
      "29.2.3",
      "RPL and TI of the host SS selector must be 0",
      state -> (state.get(VmcsField.HOST_SS_SELECTOR) & 7) == 0,
      VmcsField.HOST_SS_SELECTOR),
  /** RPL and TI of the host DS selector must be 0. */
  HOST_DS_RPL_TI(
      "29.2.3",
      "RPL and TI of the host DS selector must be 0",
      state -> (state.get(VmcsField.HOST_DS_SELECTOR) & 7) == 0,
      VmcsField.HOST_DS_SELECTOR),
  /** RPL and TI of the host ES selector must be 0. */
  HOST_ES_RPL_TI(
      "29.2.3",
      "RPL and TI of the host ES selector must be 0",
      state -> (state.get(VmcsField.HOST_ES_SELECTOR) & 7) == 0,
      VmcsField.HOST_ES_SELECTOR),
  /** RPL and TI of the host FS selector must be 0. */
  HOST_FS_RPL_TI(
      "29.2.3",
      "RPL and TI of the host FS selector must be 0",
      state -> (state.get(VmcsField.HOST_FS_SELECTOR) & 7) == 0,
      VmcsField.HOST_FS_SELECTOR),
  /** RPL and TI of the host GS selector must be 0. */
  HOST_GS_RPL_TI(
      "29.2.3",
      "RPL and TI of the host GS selector must be 0",
      state -> (state.get(VmcsField.HOST_GS_SELECTOR) & 7) == 0,
      VmcsField.HOST_GS_SELECTOR),
  /** RPL and TI of the host TR selector must be 0. */
  HOST_TR_RPL_TI(
      "29.2.3",
      "RPL and TI of the host TR selector must be 0",
      state -> (state.get(VmcsField.HOST_TR_SELECTOR) & 7) == 0,
      VmcsField.HOST_TR_SELECTOR),
  /** The host CS selector must not be 0. */
  HOST_CS_NULL(
      "29.2.3",
      "the host CS selector must not be 0",
      state -> state.get(VmcsField.HOST_CS_SELECTOR) != 0,
      VmcsField.HOST_CS_SELECTOR),
  /** The host TR selector must not be 0. */
  HOST_TR_NULL(
      "29.2.3",
      "the host TR selector must not be 0",
      state -> state.get(VmcsField.HOST_TR_SELECTOR) != 0,
      VmcsField.HOST_TR_SELECTOR),
  /** The host SS selector must not be 0 for a 32-bit host. */
  HOST_SS_NULL(
      "29.2.3",
      "the host SS selector must not be 0 for a 32-bit host",
      state ->
          state.isSet(ExitControl.HOST_ADDRESS_SPACE_SIZE)
              || state.get(VmcsField.HOST_SS_SELECTOR) != 0,
      VmcsField.HOST_SS_SELECTOR,
      VmcsField.PRIMARY_VM_EXIT_CONTROLS),
  /** The host FS base must be canonical. */
  HOST_FS_BASE(
      "29.2.3",
      "the host FS base must be canonical",
      state -> state.canonical(VmcsField.HOST_FS_BASE),
      VmcsField.HOST_FS_BASE),
  /** The host GS base must be canonical. */
  HOST_GS_BASE(
      "29.2.3",
      "the host GS base must be canonical",
      state -> state.canonical(VmcsField.HOST_GS_BASE),
      VmcsField.HOST_GS_BASE),
  /** The host GDTR base must be canonical. */
  HOST_GDTR_BASE(
      "29.2.3",
      "the host GDTR base must be canonical",
      state -> state.canonical(VmcsField.HOST_GDTR_BASE),
      VmcsField.HOST_GDTR_BASE),
  /** The host IDTR base must be canonical. */
  HOST_IDTR_BASE(
      "29.2.3",
      "the host IDTR base must be canonical",
      state -> state.canonical(VmcsField.HOST_IDTR_BASE),
      VmcsField.HOST_IDTR_BASE),
  /** The host TR base must be canonical. */
  HOST_TR_BASE(
      "29.2.3",
      "the host TR base must be canonical",
      state -> state.canonical(VmcsField.HOST_TR_BASE),
      VmcsField.HOST_TR_BASE),
  /** The control \"host address-space size\" must be 1, as the host is in IA-32e mode. */
  HOST_ADDRESS_SPACE_SIZE(
      "29.2.4",
      "the control \"host address-space size\" must be 1, as the host is in IA-32e mode",
      state -> state.isSet(ExitControl.HOST_ADDRESS_SPACE_SIZE),
      VmcsField.PRIMARY_VM_EXIT_CONTROLS),
  /** The host CR4.PAE must be 1 for a 64-bit host. */
  HOST_PAE(
      "29.2.4",
      "the host CR4.PAE must be 1 for a 64-bit host",
      state -> state.bit(VmcsField.HOST_CR4, 5),
      VmcsField.HOST_CR4),
  /** The host RIP must be canonical. */
  HOST_RIP(
      "29.2.4",
      "the host RIP must be canonical",
      state -> state.canonical(VmcsField.HOST_RIP),
      VmcsField.HOST_RIP);

  private static final HostCheck[] ALL = values();

  private final String section;
  private final String rule;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda that captures nothing
  private final Predicate<EntryState> holds;

  @SuppressWarnings("ImmutableEnumChecker") // from List.of
  private final List<VmcsField> fields;

  HostCheck(String section, String rule, Predicate<EntryState> holds, VmcsField... fields) {
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
  static Optional<HostCheck> firstFailing(EntryState state) {
    for (HostCheck check : ALL) {
      if (!check.holds.test(state)) {
        return Optional.of(check);
      }
    }
    return Optional.empty();
  }
}
