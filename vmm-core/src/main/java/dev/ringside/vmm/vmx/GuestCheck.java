package dev.ringside.vmm.vmx;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The checks of the guest-state area (SDM 29.3.1): if one fails, the entry is reported like an
 * exit, with reason 33.
 */
public enum GuestCheck implements EntryCheck {
  /**
   * CR0 must have the values that VMX operation supports (PE and PG are free for an unrestricted
   * guest; NW and CD are not checked).
   */
  GUEST_CR0_FIXED(
      "29.3.1.1",
      "CR0 must have the values that VMX operation supports (PE and PG are free for an unrestricted"
          + " guest; NW and CD are not checked)",
      state -> state.guestCr0Fixed(),
      VmcsField.GUEST_CR0),
  /** CR0.PG needs CR0.PE. */
  GUEST_CR0_PG_WITHOUT_PE(
      "29.3.1.1",
      "CR0.PG needs CR0.PE",
      state -> !state.bit(VmcsField.GUEST_CR0, 31) || state.bit(VmcsField.GUEST_CR0, 0),
      VmcsField.GUEST_CR0),
  /** CR4 must have the values that VMX operation supports. */
  GUEST_CR4_FIXED(
      "29.3.1.1",
      "CR4 must have the values that VMX operation supports",
      state ->
          EntryState.fixed(
              state.get(VmcsField.GUEST_CR4),
              state.capabilities().cr4Fixed0(),
              state.capabilities().cr4Fixed1(),
              0),
      VmcsField.GUEST_CR4),
  /** CR4.CET needs CR0.WP. */
  GUEST_CET_WITHOUT_WP(
      "29.3.1.1",
      "CR4.CET needs CR0.WP",
      state -> !state.bit(VmcsField.GUEST_CR4, 23) || state.bit(VmcsField.GUEST_CR0, 16),
      VmcsField.GUEST_CR4,
      VmcsField.GUEST_CR0),
  /** Reserved bits of IA32_DEBUGCTL must be 0. */
  GUEST_DEBUGCTL_RESERVED(
      "29.3.1.1",
      "reserved bits of IA32_DEBUGCTL must be 0",
      state ->
          !state.isSet(EntryControl.LOAD_DEBUG_CONTROLS)
              || (state.get(VmcsField.GUEST_IA32_DEBUGCTL)
                      & ~state.capabilities().limits().debugctl())
                  == 0,
      VmcsField.GUEST_IA32_DEBUGCTL),
  /** A guest in IA-32e mode needs CR0.PG and CR4.PAE. */
  GUEST_LONG_MODE_PAGING(
      "29.3.1.1",
      "a guest in IA-32e mode needs CR0.PG and CR4.PAE",
      state ->
          !state.isSet(EntryControl.IA_32E_MODE_GUEST)
              || (state.bit(VmcsField.GUEST_CR0, 31) && state.bit(VmcsField.GUEST_CR4, 5)),
      VmcsField.GUEST_CR0,
      VmcsField.GUEST_CR4,
      VmcsField.VM_ENTRY_CONTROLS),
  /** CR4.PCIDE needs IA-32e mode. */
  GUEST_PCIDE_OUTSIDE_LONG_MODE(
      "29.3.1.1",
      "CR4.PCIDE needs IA-32e mode",
      state -> state.longMode() || !state.bit(VmcsField.GUEST_CR4, 17),
      VmcsField.GUEST_CR4,
      VmcsField.VM_ENTRY_CONTROLS),
  /** CR3 must not have bits beyond MAXPHYADDR. */
  GUEST_CR3(
      "29.3.1.1",
      "CR3 must not have bits beyond MAXPHYADDR",
      state -> state.physical(VmcsField.GUEST_CR3),
      VmcsField.GUEST_CR3),
  /** Bits 63:32 of DR7 must be 0. */
  GUEST_DR7_RESERVED(
      "29.3.1.1",
      "bits 63:32 of DR7 must be 0",
      state ->
          !state.isSet(EntryControl.LOAD_DEBUG_CONTROLS) || state.high32Clear(VmcsField.GUEST_DR7),
      VmcsField.GUEST_DR7),
  /** IA32_SYSENTER_ESP must be canonical. */
  GUEST_SYSENTER_ESP(
      "29.3.1.1",
      "IA32_SYSENTER_ESP must be canonical",
      state -> state.canonical(VmcsField.GUEST_IA32_SYSENTER_ESP),
      VmcsField.GUEST_IA32_SYSENTER_ESP),
  /** IA32_SYSENTER_EIP must be canonical. */
  GUEST_SYSENTER_EIP(
      "29.3.1.1",
      "IA32_SYSENTER_EIP must be canonical",
      state -> state.canonical(VmcsField.GUEST_IA32_SYSENTER_EIP),
      VmcsField.GUEST_IA32_SYSENTER_EIP),
  /** Each byte of IA32_PAT must be a memory type. */
  GUEST_PAT(
      "29.3.1.1",
      "each byte of IA32_PAT must be a memory type",
      state -> !state.isSet(EntryControl.LOAD_IA32_PAT) || state.pat(VmcsField.GUEST_IA32_PAT),
      VmcsField.GUEST_IA32_PAT),
  /** Reserved bits of IA32_EFER must be 0. */
  GUEST_EFER_RESERVED(
      "29.3.1.1",
      "reserved bits of IA32_EFER must be 0",
      state ->
          !state.isSet(EntryControl.LOAD_IA32_EFER)
              || (state.get(VmcsField.GUEST_IA32_EFER) & ~state.capabilities().limits().efer())
                  == 0,
      VmcsField.GUEST_IA32_EFER),
  /** IA32_EFER.LMA must equal the control \"IA-32e mode guest\". */
  GUEST_EFER_LMA(
      "29.3.1.1",
      "IA32_EFER.LMA must equal the control \"IA-32e mode guest\"",
      state ->
          !state.isSet(EntryControl.LOAD_IA32_EFER)
              || state.bit(VmcsField.GUEST_IA32_EFER, 10) == state.longMode(),
      VmcsField.GUEST_IA32_EFER,
      VmcsField.VM_ENTRY_CONTROLS),
  /** IA32_EFER.LME must equal LMA if CR0.PG is 1. */
  GUEST_EFER_LME(
      "29.3.1.1",
      "IA32_EFER.LME must equal LMA if CR0.PG is 1",
      state ->
          !state.isSet(EntryControl.LOAD_IA32_EFER)
              || !state.bit(VmcsField.GUEST_CR0, 31)
              || state.bit(VmcsField.GUEST_IA32_EFER, 8)
                  == state.bit(VmcsField.GUEST_IA32_EFER, 10),
      VmcsField.GUEST_IA32_EFER,
      VmcsField.GUEST_CR0),
  /** TI of the TR selector must be 0. */
  GUEST_TR_SELECTOR_TI(
      "29.3.1.2",
      "TI of the TR selector must be 0",
      state -> !state.tableIndicator(GuestSegment.TR),
      VmcsField.GUEST_TR_SELECTOR),
  /** TI of the LDTR selector must be 0 if LDTR is usable. */
  GUEST_LDTR_SELECTOR_TI(
      "29.3.1.2",
      "TI of the LDTR selector must be 0 if LDTR is usable",
      state -> !state.usable(GuestSegment.LDTR) || !state.tableIndicator(GuestSegment.LDTR),
      VmcsField.GUEST_LDTR_SELECTOR,
      VmcsField.GUEST_LDTR_ACCESS_RIGHTS),
  /**
   * The RPL of SS must equal that of CS, except in virtual-8086 mode and for an unrestricted guest.
   */
  GUEST_SS_RPL(
      "29.3.1.2",
      "the RPL of SS must equal that of CS, except in virtual-8086 mode and for an unrestricted"
          + " guest",
      state ->
          state.virtual8086()
              || state.unrestricted()
              || state.rpl(GuestSegment.SS) == state.rpl(GuestSegment.CS),
      VmcsField.GUEST_SS_SELECTOR,
      VmcsField.GUEST_CS_SELECTOR),
  /** The CS base must be 16 times the selector in virtual-8086 mode. */
  GUEST_CS_BASE_V86(
      "29.3.1.2",
      "the CS base must be 16 times the selector in virtual-8086 mode",
      state ->
          !state.virtual8086()
              || state.get(VmcsField.GUEST_CS_BASE) == state.get(VmcsField.GUEST_CS_SELECTOR) << 4,
      VmcsField.GUEST_CS_BASE,
      VmcsField.GUEST_CS_SELECTOR),
  /** The SS base must be 16 times the selector in virtual-8086 mode. */
  GUEST_SS_BASE_V86(
      "29.3.1.2",
      "the SS base must be 16 times the selector in virtual-8086 mode",
      state ->
          !state.virtual8086()
              || state.get(VmcsField.GUEST_SS_BASE) == state.get(VmcsField.GUEST_SS_SELECTOR) << 4,
      VmcsField.GUEST_SS_BASE,
      VmcsField.GUEST_SS_SELECTOR),
  /** The DS base must be 16 times the selector in virtual-8086 mode. */
  GUEST_DS_BASE_V86(
      "29.3.1.2",
      "the DS base must be 16 times the selector in virtual-8086 mode",
      state ->
          !state.virtual8086()
              || state.get(VmcsField.GUEST_DS_BASE) == state.get(VmcsField.GUEST_DS_SELECTOR) << 4,
      VmcsField.GUEST_DS_BASE,
      VmcsField.GUEST_DS_SELECTOR),
  /** The ES base must be 16 times the selector in virtual-8086 mode. */
  GUEST_ES_BASE_V86(
      "29.3.1.2",
      "the ES base must be 16 times the selector in virtual-8086 mode",
      state ->
          !state.virtual8086()
              || state.get(VmcsField.GUEST_ES_BASE) == state.get(VmcsField.GUEST_ES_SELECTOR) << 4,
      VmcsField.GUEST_ES_BASE,
      VmcsField.GUEST_ES_SELECTOR),
  /** The FS base must be 16 times the selector in virtual-8086 mode. */
  GUEST_FS_BASE_V86(
      "29.3.1.2",
      "the FS base must be 16 times the selector in virtual-8086 mode",
      state ->
          !state.virtual8086()
              || state.get(VmcsField.GUEST_FS_BASE) == state.get(VmcsField.GUEST_FS_SELECTOR) << 4,
      VmcsField.GUEST_FS_BASE,
      VmcsField.GUEST_FS_SELECTOR),
  /** The GS base must be 16 times the selector in virtual-8086 mode. */
  GUEST_GS_BASE_V86(
      "29.3.1.2",
      "the GS base must be 16 times the selector in virtual-8086 mode",
      state ->
          !state.virtual8086()
              || state.get(VmcsField.GUEST_GS_BASE) == state.get(VmcsField.GUEST_GS_SELECTOR) << 4,
      VmcsField.GUEST_GS_BASE,
      VmcsField.GUEST_GS_SELECTOR),
  /** The TR base must be canonical. */
  GUEST_TR_BASE(
      "29.3.1.2",
      "the TR base must be canonical",
      state -> state.canonical(VmcsField.GUEST_TR_BASE),
      VmcsField.GUEST_TR_BASE),
  /** The FS base must be canonical. */
  GUEST_FS_BASE(
      "29.3.1.2",
      "the FS base must be canonical",
      state -> state.canonical(VmcsField.GUEST_FS_BASE),
      VmcsField.GUEST_FS_BASE),
  /** The GS base must be canonical. */
  GUEST_GS_BASE(
      "29.3.1.2",
      "the GS base must be canonical",
      state -> state.canonical(VmcsField.GUEST_GS_BASE),
      VmcsField.GUEST_GS_BASE),
  /** The LDTR base must be canonical if LDTR is usable. */
  GUEST_LDTR_BASE(
      "29.3.1.2",
      "the LDTR base must be canonical if LDTR is usable",
      state -> !state.usable(GuestSegment.LDTR) || state.canonical(VmcsField.GUEST_LDTR_BASE),
      VmcsField.GUEST_LDTR_BASE,
      VmcsField.GUEST_LDTR_ACCESS_RIGHTS),
  /** Bits 63:32 of the CS base must be 0. */
  GUEST_CS_BASE(
      "29.3.1.2",
      "bits 63:32 of the CS base must be 0",
      state -> state.high32Clear(VmcsField.GUEST_CS_BASE),
      VmcsField.GUEST_CS_BASE),
  /** Bits 63:32 of the SS base must be 0 if SS is usable. */
  GUEST_SS_BASE(
      "29.3.1.2",
      "bits 63:32 of the SS base must be 0 if SS is usable",
      state -> !state.usable(GuestSegment.SS) || state.high32Clear(VmcsField.GUEST_SS_BASE),
      VmcsField.GUEST_SS_BASE,
      VmcsField.GUEST_SS_ACCESS_RIGHTS),
  /** Bits 63:32 of the DS base must be 0 if DS is usable. */
  GUEST_DS_BASE(
      "29.3.1.2",
      "bits 63:32 of the DS base must be 0 if DS is usable",
      state -> !state.usable(GuestSegment.DS) || state.high32Clear(VmcsField.GUEST_DS_BASE),
      VmcsField.GUEST_DS_BASE,
      VmcsField.GUEST_DS_ACCESS_RIGHTS),
  /** Bits 63:32 of the ES base must be 0 if ES is usable. */
  GUEST_ES_BASE(
      "29.3.1.2",
      "bits 63:32 of the ES base must be 0 if ES is usable",
      state -> !state.usable(GuestSegment.ES) || state.high32Clear(VmcsField.GUEST_ES_BASE),
      VmcsField.GUEST_ES_BASE,
      VmcsField.GUEST_ES_ACCESS_RIGHTS),
  /** The CS limit must be FFFFH in virtual-8086 mode. */
  GUEST_CS_LIMIT_V86(
      "29.3.1.2",
      "the CS limit must be FFFFH in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_CS_LIMIT) == 0xFFFF,
      VmcsField.GUEST_CS_LIMIT),
  /** The SS limit must be FFFFH in virtual-8086 mode. */
  GUEST_SS_LIMIT_V86(
      "29.3.1.2",
      "the SS limit must be FFFFH in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_SS_LIMIT) == 0xFFFF,
      VmcsField.GUEST_SS_LIMIT),
  /** The DS limit must be FFFFH in virtual-8086 mode. */
  GUEST_DS_LIMIT_V86(
      "29.3.1.2",
      "the DS limit must be FFFFH in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_DS_LIMIT) == 0xFFFF,
      VmcsField.GUEST_DS_LIMIT),
  /** The ES limit must be FFFFH in virtual-8086 mode. */
  GUEST_ES_LIMIT_V86(
      "29.3.1.2",
      "the ES limit must be FFFFH in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_ES_LIMIT) == 0xFFFF,
      VmcsField.GUEST_ES_LIMIT),
  /** The FS limit must be FFFFH in virtual-8086 mode. */
  GUEST_FS_LIMIT_V86(
      "29.3.1.2",
      "the FS limit must be FFFFH in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_FS_LIMIT) == 0xFFFF,
      VmcsField.GUEST_FS_LIMIT),
  /** The GS limit must be FFFFH in virtual-8086 mode. */
  GUEST_GS_LIMIT_V86(
      "29.3.1.2",
      "the GS limit must be FFFFH in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_GS_LIMIT) == 0xFFFF,
      VmcsField.GUEST_GS_LIMIT),
  /** The CS access rights must be F3H in virtual-8086 mode. */
  GUEST_CS_ACCESS_RIGHTS_V86(
      "29.3.1.2",
      "the CS access rights must be F3H in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_CS_ACCESS_RIGHTS) == 0xF3,
      VmcsField.GUEST_CS_ACCESS_RIGHTS),
  /** The SS access rights must be F3H in virtual-8086 mode. */
  GUEST_SS_ACCESS_RIGHTS_V86(
      "29.3.1.2",
      "the SS access rights must be F3H in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_SS_ACCESS_RIGHTS) == 0xF3,
      VmcsField.GUEST_SS_ACCESS_RIGHTS),
  /** The DS access rights must be F3H in virtual-8086 mode. */
  GUEST_DS_ACCESS_RIGHTS_V86(
      "29.3.1.2",
      "the DS access rights must be F3H in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_DS_ACCESS_RIGHTS) == 0xF3,
      VmcsField.GUEST_DS_ACCESS_RIGHTS),
  /** The ES access rights must be F3H in virtual-8086 mode. */
  GUEST_ES_ACCESS_RIGHTS_V86(
      "29.3.1.2",
      "the ES access rights must be F3H in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_ES_ACCESS_RIGHTS) == 0xF3,
      VmcsField.GUEST_ES_ACCESS_RIGHTS),
  /** The FS access rights must be F3H in virtual-8086 mode. */
  GUEST_FS_ACCESS_RIGHTS_V86(
      "29.3.1.2",
      "the FS access rights must be F3H in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_FS_ACCESS_RIGHTS) == 0xF3,
      VmcsField.GUEST_FS_ACCESS_RIGHTS),
  /** The GS access rights must be F3H in virtual-8086 mode. */
  GUEST_GS_ACCESS_RIGHTS_V86(
      "29.3.1.2",
      "the GS access rights must be F3H in virtual-8086 mode",
      state -> !state.virtual8086() || state.get(VmcsField.GUEST_GS_ACCESS_RIGHTS) == 0xF3,
      VmcsField.GUEST_GS_ACCESS_RIGHTS),
  /** CS must be an accessed code segment, or for an unrestricted guest also type 3. */
  GUEST_CS_TYPE(
      "29.3.1.2",
      "CS must be an accessed code segment, or for an unrestricted guest also type 3",
      state -> state.virtual8086() || state.codeType(),
      VmcsField.GUEST_CS_ACCESS_RIGHTS),
  /** SS must be an accessed, writable data segment if it is usable. */
  GUEST_SS_TYPE(
      "29.3.1.2",
      "SS must be an accessed, writable data segment if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.SS)
              || (state.type(GuestSegment.SS) == 3 || state.type(GuestSegment.SS) == 7),
      VmcsField.GUEST_SS_ACCESS_RIGHTS),
  /** DS must be accessed, and readable if it is a code segment, if it is usable. */
  GUEST_DS_TYPE(
      "29.3.1.2",
      "DS must be accessed, and readable if it is a code segment, if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.DS)
              || EntryState.dataType(state.type(GuestSegment.DS)),
      VmcsField.GUEST_DS_ACCESS_RIGHTS),
  /** ES must be accessed, and readable if it is a code segment, if it is usable. */
  GUEST_ES_TYPE(
      "29.3.1.2",
      "ES must be accessed, and readable if it is a code segment, if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.ES)
              || EntryState.dataType(state.type(GuestSegment.ES)),
      VmcsField.GUEST_ES_ACCESS_RIGHTS),
  /** FS must be accessed, and readable if it is a code segment, if it is usable. */
  GUEST_FS_TYPE(
      "29.3.1.2",
      "FS must be accessed, and readable if it is a code segment, if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.FS)
              || EntryState.dataType(state.type(GuestSegment.FS)),
      VmcsField.GUEST_FS_ACCESS_RIGHTS),
  /** GS must be accessed, and readable if it is a code segment, if it is usable. */
  GUEST_GS_TYPE(
      "29.3.1.2",
      "GS must be accessed, and readable if it is a code segment, if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.GS)
              || EntryState.dataType(state.type(GuestSegment.GS)),
      VmcsField.GUEST_GS_ACCESS_RIGHTS),
  /** S of CS must be 1. */
  GUEST_CS_S(
      "29.3.1.2",
      "S of CS must be 1",
      state -> state.virtual8086() || state.descriptorType(GuestSegment.CS),
      VmcsField.GUEST_CS_ACCESS_RIGHTS),
  /** S of SS must be 1 if it is usable. */
  GUEST_SS_S(
      "29.3.1.2",
      "S of SS must be 1 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.SS)
              || state.descriptorType(GuestSegment.SS),
      VmcsField.GUEST_SS_ACCESS_RIGHTS),
  /** S of DS must be 1 if it is usable. */
  GUEST_DS_S(
      "29.3.1.2",
      "S of DS must be 1 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.DS)
              || state.descriptorType(GuestSegment.DS),
      VmcsField.GUEST_DS_ACCESS_RIGHTS),
  /** S of ES must be 1 if it is usable. */
  GUEST_ES_S(
      "29.3.1.2",
      "S of ES must be 1 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.ES)
              || state.descriptorType(GuestSegment.ES),
      VmcsField.GUEST_ES_ACCESS_RIGHTS),
  /** S of FS must be 1 if it is usable. */
  GUEST_FS_S(
      "29.3.1.2",
      "S of FS must be 1 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.FS)
              || state.descriptorType(GuestSegment.FS),
      VmcsField.GUEST_FS_ACCESS_RIGHTS),
  /** S of GS must be 1 if it is usable. */
  GUEST_GS_S(
      "29.3.1.2",
      "S of GS must be 1 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.GS)
              || state.descriptorType(GuestSegment.GS),
      VmcsField.GUEST_GS_ACCESS_RIGHTS),
  /**
   * The DPL of CS must be 0 for type 3, that of SS for non-conforming code, and not greater than
   * that of SS for conforming code.
   */
  GUEST_CS_DPL(
      "29.3.1.2",
      "the DPL of CS must be 0 for type 3, that of SS for non-conforming code, and not greater than"
          + " that of SS for conforming code",
      state -> state.virtual8086() || state.codePrivilege(),
      VmcsField.GUEST_CS_ACCESS_RIGHTS,
      VmcsField.GUEST_SS_ACCESS_RIGHTS),
  /** The DPL of SS must equal its RPL, except for an unrestricted guest. */
  GUEST_SS_DPL_RPL(
      "29.3.1.2",
      "the DPL of SS must equal its RPL, except for an unrestricted guest",
      state ->
          state.virtual8086()
              || state.unrestricted()
              || state.dpl(GuestSegment.SS) == state.rpl(GuestSegment.SS),
      VmcsField.GUEST_SS_ACCESS_RIGHTS,
      VmcsField.GUEST_SS_SELECTOR),
  /** The DPL of SS must be 0 if CS has type 3 or CR0.PE is 0. */
  GUEST_SS_DPL_REAL(
      "29.3.1.2",
      "the DPL of SS must be 0 if CS has type 3 or CR0.PE is 0",
      state ->
          state.virtual8086()
              || (state.type(GuestSegment.CS) != 3 && state.bit(VmcsField.GUEST_CR0, 0))
              || state.dpl(GuestSegment.SS) == 0,
      VmcsField.GUEST_SS_ACCESS_RIGHTS,
      VmcsField.GUEST_CS_ACCESS_RIGHTS,
      VmcsField.GUEST_CR0),
  /**
   * The DPL of DS must not be less than its RPL, except for conforming code and for an unrestricted
   * guest.
   */
  GUEST_DS_DPL(
      "29.3.1.2",
      "the DPL of DS must not be less than its RPL, except for conforming code and for an"
          + " unrestricted guest",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.DS)
              || state.unrestricted()
              || state.type(GuestSegment.DS) > 11
              || state.dpl(GuestSegment.DS) >= state.rpl(GuestSegment.DS),
      VmcsField.GUEST_DS_ACCESS_RIGHTS,
      VmcsField.GUEST_DS_SELECTOR),
  /**
   * The DPL of ES must not be less than its RPL, except for conforming code and for an unrestricted
   * guest.
   */
  GUEST_ES_DPL(
      "29.3.1.2",
      "the DPL of ES must not be less than its RPL, except for conforming code and for an"
          + " unrestricted guest",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.ES)
              || state.unrestricted()
              || state.type(GuestSegment.ES) > 11
              || state.dpl(GuestSegment.ES) >= state.rpl(GuestSegment.ES),
      VmcsField.GUEST_ES_ACCESS_RIGHTS,
      VmcsField.GUEST_ES_SELECTOR),
  /**
   * The DPL of FS must not be less than its RPL, except for conforming code and for an unrestricted
   * guest.
   */
  GUEST_FS_DPL(
      "29.3.1.2",
      "the DPL of FS must not be less than its RPL, except for conforming code and for an"
          + " unrestricted guest",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.FS)
              || state.unrestricted()
              || state.type(GuestSegment.FS) > 11
              || state.dpl(GuestSegment.FS) >= state.rpl(GuestSegment.FS),
      VmcsField.GUEST_FS_ACCESS_RIGHTS,
      VmcsField.GUEST_FS_SELECTOR),
  /**
   * The DPL of GS must not be less than its RPL, except for conforming code and for an unrestricted
   * guest.
   */
  GUEST_GS_DPL(
      "29.3.1.2",
      "the DPL of GS must not be less than its RPL, except for conforming code and for an"
          + " unrestricted guest",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.GS)
              || state.unrestricted()
              || state.type(GuestSegment.GS) > 11
              || state.dpl(GuestSegment.GS) >= state.rpl(GuestSegment.GS),
      VmcsField.GUEST_GS_ACCESS_RIGHTS,
      VmcsField.GUEST_GS_SELECTOR),
  /** P of CS must be 1. */
  GUEST_CS_P(
      "29.3.1.2",
      "P of CS must be 1",
      state -> state.virtual8086() || state.present(GuestSegment.CS),
      VmcsField.GUEST_CS_ACCESS_RIGHTS),
  /** P of SS must be 1 if it is usable. */
  GUEST_SS_P(
      "29.3.1.2",
      "P of SS must be 1 if it is usable",
      state ->
          state.virtual8086() || !state.usable(GuestSegment.SS) || state.present(GuestSegment.SS),
      VmcsField.GUEST_SS_ACCESS_RIGHTS),
  /** P of DS must be 1 if it is usable. */
  GUEST_DS_P(
      "29.3.1.2",
      "P of DS must be 1 if it is usable",
      state ->
          state.virtual8086() || !state.usable(GuestSegment.DS) || state.present(GuestSegment.DS),
      VmcsField.GUEST_DS_ACCESS_RIGHTS),
  /** P of ES must be 1 if it is usable. */
  GUEST_ES_P(
      "29.3.1.2",
      "P of ES must be 1 if it is usable",
      state ->
          state.virtual8086() || !state.usable(GuestSegment.ES) || state.present(GuestSegment.ES),
      VmcsField.GUEST_ES_ACCESS_RIGHTS),
  /** P of FS must be 1 if it is usable. */
  GUEST_FS_P(
      "29.3.1.2",
      "P of FS must be 1 if it is usable",
      state ->
          state.virtual8086() || !state.usable(GuestSegment.FS) || state.present(GuestSegment.FS),
      VmcsField.GUEST_FS_ACCESS_RIGHTS),
  /** P of GS must be 1 if it is usable. */
  GUEST_GS_P(
      "29.3.1.2",
      "P of GS must be 1 if it is usable",
      state ->
          state.virtual8086() || !state.usable(GuestSegment.GS) || state.present(GuestSegment.GS),
      VmcsField.GUEST_GS_ACCESS_RIGHTS),
  /** Bits 11:8 of the CS access rights must be 0. */
  GUEST_CS_RESERVED(
      "29.3.1.2",
      "bits 11:8 of the CS access rights must be 0",
      state -> state.virtual8086() || state.bits11To8Clear(GuestSegment.CS),
      VmcsField.GUEST_CS_ACCESS_RIGHTS),
  /** Bits 11:8 of the SS access rights must be 0 if it is usable. */
  GUEST_SS_RESERVED(
      "29.3.1.2",
      "bits 11:8 of the SS access rights must be 0 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.SS)
              || state.bits11To8Clear(GuestSegment.SS),
      VmcsField.GUEST_SS_ACCESS_RIGHTS),
  /** Bits 11:8 of the DS access rights must be 0 if it is usable. */
  GUEST_DS_RESERVED(
      "29.3.1.2",
      "bits 11:8 of the DS access rights must be 0 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.DS)
              || state.bits11To8Clear(GuestSegment.DS),
      VmcsField.GUEST_DS_ACCESS_RIGHTS),
  /** Bits 11:8 of the ES access rights must be 0 if it is usable. */
  GUEST_ES_RESERVED(
      "29.3.1.2",
      "bits 11:8 of the ES access rights must be 0 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.ES)
              || state.bits11To8Clear(GuestSegment.ES),
      VmcsField.GUEST_ES_ACCESS_RIGHTS),
  /** Bits 11:8 of the FS access rights must be 0 if it is usable. */
  GUEST_FS_RESERVED(
      "29.3.1.2",
      "bits 11:8 of the FS access rights must be 0 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.FS)
              || state.bits11To8Clear(GuestSegment.FS),
      VmcsField.GUEST_FS_ACCESS_RIGHTS),
  /** Bits 11:8 of the GS access rights must be 0 if it is usable. */
  GUEST_GS_RESERVED(
      "29.3.1.2",
      "bits 11:8 of the GS access rights must be 0 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.GS)
              || state.bits11To8Clear(GuestSegment.GS),
      VmcsField.GUEST_GS_ACCESS_RIGHTS),
  /** D of CS must be 0 in 64-bit mode. */
  GUEST_CS_D(
      "29.3.1.2",
      "D of CS must be 0 in 64-bit mode",
      state ->
          state.virtual8086()
              || !state.longMode()
              || !state.longCode()
              || !state.bit(VmcsField.GUEST_CS_ACCESS_RIGHTS, 14),
      VmcsField.GUEST_CS_ACCESS_RIGHTS,
      VmcsField.VM_ENTRY_CONTROLS),
  /** G of CS must agree with its limit. */
  GUEST_CS_G(
      "29.3.1.2",
      "G of CS must agree with its limit",
      state -> state.virtual8086() || state.granularity(GuestSegment.CS),
      VmcsField.GUEST_CS_ACCESS_RIGHTS,
      VmcsField.GUEST_CS_LIMIT),
  /** G of SS must agree with its limit if it is usable. */
  GUEST_SS_G(
      "29.3.1.2",
      "G of SS must agree with its limit if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.SS)
              || state.granularity(GuestSegment.SS),
      VmcsField.GUEST_SS_ACCESS_RIGHTS,
      VmcsField.GUEST_SS_LIMIT),
  /** G of DS must agree with its limit if it is usable. */
  GUEST_DS_G(
      "29.3.1.2",
      "G of DS must agree with its limit if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.DS)
              || state.granularity(GuestSegment.DS),
      VmcsField.GUEST_DS_ACCESS_RIGHTS,
      VmcsField.GUEST_DS_LIMIT),
  /** G of ES must agree with its limit if it is usable. */
  GUEST_ES_G(
      "29.3.1.2",
      "G of ES must agree with its limit if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.ES)
              || state.granularity(GuestSegment.ES),
      VmcsField.GUEST_ES_ACCESS_RIGHTS,
      VmcsField.GUEST_ES_LIMIT),
  /** G of FS must agree with its limit if it is usable. */
  GUEST_FS_G(
      "29.3.1.2",
      "G of FS must agree with its limit if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.FS)
              || state.granularity(GuestSegment.FS),
      VmcsField.GUEST_FS_ACCESS_RIGHTS,
      VmcsField.GUEST_FS_LIMIT),
  /** G of GS must agree with its limit if it is usable. */
  GUEST_GS_G(
      "29.3.1.2",
      "G of GS must agree with its limit if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.GS)
              || state.granularity(GuestSegment.GS),
      VmcsField.GUEST_GS_ACCESS_RIGHTS,
      VmcsField.GUEST_GS_LIMIT),
  /** Bits 31:17 of the CS access rights must be 0. */
  GUEST_CS_RESERVED_HIGH(
      "29.3.1.2",
      "bits 31:17 of the CS access rights must be 0",
      state -> state.virtual8086() || state.bits31To17Clear(GuestSegment.CS),
      VmcsField.GUEST_CS_ACCESS_RIGHTS),
  /** Bits 31:17 of the SS access rights must be 0 if it is usable. */
  GUEST_SS_RESERVED_HIGH(
      "29.3.1.2",
      "bits 31:17 of the SS access rights must be 0 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.SS)
              || state.bits31To17Clear(GuestSegment.SS),
      VmcsField.GUEST_SS_ACCESS_RIGHTS),
  /** Bits 31:17 of the DS access rights must be 0 if it is usable. */
  GUEST_DS_RESERVED_HIGH(
      "29.3.1.2",
      "bits 31:17 of the DS access rights must be 0 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.DS)
              || state.bits31To17Clear(GuestSegment.DS),
      VmcsField.GUEST_DS_ACCESS_RIGHTS),
  /** Bits 31:17 of the ES access rights must be 0 if it is usable. */
  GUEST_ES_RESERVED_HIGH(
      "29.3.1.2",
      "bits 31:17 of the ES access rights must be 0 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.ES)
              || state.bits31To17Clear(GuestSegment.ES),
      VmcsField.GUEST_ES_ACCESS_RIGHTS),
  /** Bits 31:17 of the FS access rights must be 0 if it is usable. */
  GUEST_FS_RESERVED_HIGH(
      "29.3.1.2",
      "bits 31:17 of the FS access rights must be 0 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.FS)
              || state.bits31To17Clear(GuestSegment.FS),
      VmcsField.GUEST_FS_ACCESS_RIGHTS),
  /** Bits 31:17 of the GS access rights must be 0 if it is usable. */
  GUEST_GS_RESERVED_HIGH(
      "29.3.1.2",
      "bits 31:17 of the GS access rights must be 0 if it is usable",
      state ->
          state.virtual8086()
              || !state.usable(GuestSegment.GS)
              || state.bits31To17Clear(GuestSegment.GS),
      VmcsField.GUEST_GS_ACCESS_RIGHTS),
  /** TR must be a busy TSS: type 11, or outside IA-32e mode also 3. */
  GUEST_TR_TYPE(
      "29.3.1.2",
      "TR must be a busy TSS: type 11, or outside IA-32e mode also 3",
      state ->
          state.type(GuestSegment.TR) == 11
              || (!state.longMode() && state.type(GuestSegment.TR) == 3),
      VmcsField.GUEST_TR_ACCESS_RIGHTS,
      VmcsField.VM_ENTRY_CONTROLS),
  /** S of TR must be 0. */
  GUEST_TR_S(
      "29.3.1.2",
      "S of TR must be 0",
      state -> !state.descriptorType(GuestSegment.TR),
      VmcsField.GUEST_TR_ACCESS_RIGHTS),
  /** P of TR must be 1. */
  GUEST_TR_P(
      "29.3.1.2",
      "P of TR must be 1",
      state -> state.present(GuestSegment.TR),
      VmcsField.GUEST_TR_ACCESS_RIGHTS),
  /** Bits 11:8 of the TR access rights must be 0. */
  GUEST_TR_RESERVED(
      "29.3.1.2",
      "bits 11:8 of the TR access rights must be 0",
      state -> state.bits11To8Clear(GuestSegment.TR),
      VmcsField.GUEST_TR_ACCESS_RIGHTS),
  /** G of TR must agree with its limit. */
  GUEST_TR_G(
      "29.3.1.2",
      "G of TR must agree with its limit",
      state -> state.granularity(GuestSegment.TR),
      VmcsField.GUEST_TR_ACCESS_RIGHTS,
      VmcsField.GUEST_TR_LIMIT),
  /** TR must be usable. */
  GUEST_TR_UNUSABLE(
      "29.3.1.2",
      "TR must be usable",
      state -> state.usable(GuestSegment.TR),
      VmcsField.GUEST_TR_ACCESS_RIGHTS),
  /** Bits 31:17 of the TR access rights must be 0. */
  GUEST_TR_RESERVED_HIGH(
      "29.3.1.2",
      "bits 31:17 of the TR access rights must be 0",
      state -> state.bits31To17Clear(GuestSegment.TR),
      VmcsField.GUEST_TR_ACCESS_RIGHTS),
  /** LDTR must have type 2 if it is usable. */
  GUEST_LDTR_TYPE(
      "29.3.1.2",
      "LDTR must have type 2 if it is usable",
      state -> !state.usable(GuestSegment.LDTR) || state.type(GuestSegment.LDTR) == 2,
      VmcsField.GUEST_LDTR_ACCESS_RIGHTS),
  /** S of LDTR must be 0 if it is usable. */
  GUEST_LDTR_S(
      "29.3.1.2",
      "S of LDTR must be 0 if it is usable",
      state -> !state.usable(GuestSegment.LDTR) || !state.descriptorType(GuestSegment.LDTR),
      VmcsField.GUEST_LDTR_ACCESS_RIGHTS),
  /** P of LDTR must be 1 if it is usable. */
  GUEST_LDTR_P(
      "29.3.1.2",
      "P of LDTR must be 1 if it is usable",
      state -> !state.usable(GuestSegment.LDTR) || state.present(GuestSegment.LDTR),
      VmcsField.GUEST_LDTR_ACCESS_RIGHTS),
  /** Bits 11:8 of the LDTR access rights must be 0 if it is usable. */
  GUEST_LDTR_RESERVED(
      "29.3.1.2",
      "bits 11:8 of the LDTR access rights must be 0 if it is usable",
      state -> !state.usable(GuestSegment.LDTR) || state.bits11To8Clear(GuestSegment.LDTR),
      VmcsField.GUEST_LDTR_ACCESS_RIGHTS),
  /** G of LDTR must agree with its limit if it is usable. */
  GUEST_LDTR_G(
      "29.3.1.2",
      "G of LDTR must agree with its limit if it is usable",
      state -> !state.usable(GuestSegment.LDTR) || state.granularity(GuestSegment.LDTR),
      VmcsField.GUEST_LDTR_ACCESS_RIGHTS,
      VmcsField.GUEST_LDTR_LIMIT),
  /** Bits 31:17 of the LDTR access rights must be 0 if it is usable. */
  GUEST_LDTR_RESERVED_HIGH(
      "29.3.1.2",
      "bits 31:17 of the LDTR access rights must be 0 if it is usable",
      state -> !state.usable(GuestSegment.LDTR) || state.bits31To17Clear(GuestSegment.LDTR),
      VmcsField.GUEST_LDTR_ACCESS_RIGHTS),
  /** The GDTR base must be canonical. */
  GUEST_GDTR_BASE(
      "29.3.1.3",
      "the GDTR base must be canonical",
      state -> state.canonical(VmcsField.GUEST_GDTR_BASE),
      VmcsField.GUEST_GDTR_BASE),
  /** The IDTR base must be canonical. */
  GUEST_IDTR_BASE(
      "29.3.1.3",
      "the IDTR base must be canonical",
      state -> state.canonical(VmcsField.GUEST_IDTR_BASE),
      VmcsField.GUEST_IDTR_BASE),
  /** Bits 31:16 of the GDTR limit must be 0. */
  GUEST_GDTR_LIMIT(
      "29.3.1.3",
      "bits 31:16 of the GDTR limit must be 0",
      state -> state.get(VmcsField.GUEST_GDTR_LIMIT) >>> 16 == 0,
      VmcsField.GUEST_GDTR_LIMIT),
  /** Bits 31:16 of the IDTR limit must be 0. */
  GUEST_IDTR_LIMIT(
      "29.3.1.3",
      "bits 31:16 of the IDTR limit must be 0",
      state -> state.get(VmcsField.GUEST_IDTR_LIMIT) >>> 16 == 0,
      VmcsField.GUEST_IDTR_LIMIT),
  /** Bits 63:32 of RIP must be 0 outside 64-bit mode. */
  GUEST_RIP_HIGH(
      "29.3.1.4",
      "bits 63:32 of RIP must be 0 outside 64-bit mode",
      state -> (state.longMode() && state.longCode()) || state.high32Clear(VmcsField.GUEST_RIP),
      VmcsField.GUEST_RIP,
      VmcsField.VM_ENTRY_CONTROLS,
      VmcsField.GUEST_CS_ACCESS_RIGHTS),
  /** The bits of RIP beyond the linear-address width must be equal. */
  GUEST_RIP_WIDTH(
      "29.3.1.4",
      "the bits of RIP beyond the linear-address width must be equal",
      state -> state.withinLinearWidth(VmcsField.GUEST_RIP),
      VmcsField.GUEST_RIP),
  /** Bits 63:22, 15, 5 and 3 of RFLAGS must be 0, and bit 1 must be 1. */
  GUEST_RFLAGS_RESERVED(
      "29.3.1.4",
      "bits 63:22, 15, 5 and 3 of RFLAGS must be 0, and bit 1 must be 1",
      state -> (state.get(VmcsField.GUEST_RFLAGS) & ~0x3F_7FD5L) == 2,
      VmcsField.GUEST_RFLAGS),
  /** RFLAGS.VM must be 0 in IA-32e mode and if CR0.PE is 0. */
  GUEST_RFLAGS_VM(
      "29.3.1.4",
      "RFLAGS.VM must be 0 in IA-32e mode and if CR0.PE is 0",
      state -> !state.virtual8086() || (!state.longMode() && state.bit(VmcsField.GUEST_CR0, 0)),
      VmcsField.GUEST_RFLAGS,
      VmcsField.GUEST_CR0,
      VmcsField.VM_ENTRY_CONTROLS),
  /** RFLAGS.IF must be 1 to inject an external interrupt. */
  GUEST_RFLAGS_IF(
      "29.3.1.4",
      "RFLAGS.IF must be 1 to inject an external interrupt",
      state ->
          !state.injecting(EventType.EXTERNAL_INTERRUPT) || state.bit(VmcsField.GUEST_RFLAGS, 9),
      VmcsField.GUEST_RFLAGS,
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /** The activity state must be one that the processor supports. */
  ACTIVITY_STATE(
      "29.3.1.5",
      "the activity state must be one that the processor supports",
      state -> state.supportedActivity(),
      VmcsField.GUEST_ACTIVITY_STATE),
  /** The activity state must not be HLT if the DPL of SS is not 0. */
  ACTIVITY_HLT_DPL(
      "29.3.1.5",
      "the activity state must not be HLT if the DPL of SS is not 0",
      state -> state.activity() != ActivityState.HLT || state.dpl(GuestSegment.SS) == 0,
      VmcsField.GUEST_ACTIVITY_STATE,
      VmcsField.GUEST_SS_ACCESS_RIGHTS),
  /** The activity state must be active while STI or MOV SS blocks events. */
  ACTIVITY_BLOCKING(
      "29.3.1.5",
      "the activity state must be active while STI or MOV SS blocks events",
      state ->
          state.activity() == ActivityState.ACTIVE
              || (!state.blockingBySti() && !state.blockingByMovSs()),
      VmcsField.GUEST_ACTIVITY_STATE,
      VmcsField.GUEST_INTERRUPTIBILITY_STATE),
  /** The event to inject must be one that the activity state does not block. */
  ACTIVITY_INJECTION(
      "29.3.1.5",
      "the event to inject must be one that the activity state does not block",
      state -> state.injectionFitsActivity(),
      VmcsField.GUEST_ACTIVITY_STATE,
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /** Bits 31:5 of the interruptibility state must be 0. */
  INTERRUPTIBILITY_RESERVED(
      "29.3.1.5",
      "bits 31:5 of the interruptibility state must be 0",
      state -> state.get(VmcsField.GUEST_INTERRUPTIBILITY_STATE) >>> 5 == 0,
      VmcsField.GUEST_INTERRUPTIBILITY_STATE),
  /** STI and MOV SS cannot both block events. */
  INTERRUPTIBILITY_STI_AND_MOV_SS(
      "29.3.1.5",
      "STI and MOV SS cannot both block events",
      state -> !state.blockingBySti() || !state.blockingByMovSs(),
      VmcsField.GUEST_INTERRUPTIBILITY_STATE),
  /** STI can block events only if RFLAGS.IF is 1. */
  INTERRUPTIBILITY_STI_WITHOUT_IF(
      "29.3.1.5",
      "STI can block events only if RFLAGS.IF is 1",
      state -> !state.blockingBySti() || state.bit(VmcsField.GUEST_RFLAGS, 9),
      VmcsField.GUEST_INTERRUPTIBILITY_STATE,
      VmcsField.GUEST_RFLAGS),
  /** No external interrupt can be injected while STI or MOV SS blocks events. */
  INTERRUPTIBILITY_EXTERNAL_INTERRUPT(
      "29.3.1.5",
      "no external interrupt can be injected while STI or MOV SS blocks events",
      state ->
          !state.injecting(EventType.EXTERNAL_INTERRUPT)
              || (!state.blockingBySti() && !state.blockingByMovSs()),
      VmcsField.GUEST_INTERRUPTIBILITY_STATE,
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /** No NMI can be injected while STI blocks events. */
  INTERRUPTIBILITY_NMI_STI(
      "29.3.1.5",
      "no NMI can be injected while STI blocks events",
      state -> !state.injecting(EventType.NMI) || !state.blockingBySti(),
      VmcsField.GUEST_INTERRUPTIBILITY_STATE,
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /** No NMI can be injected while MOV SS blocks events. */
  INTERRUPTIBILITY_NMI_MOV_SS(
      "29.3.1.5",
      "no NMI can be injected while MOV SS blocks events",
      state -> !state.injecting(EventType.NMI) || !state.blockingByMovSs(),
      VmcsField.GUEST_INTERRUPTIBILITY_STATE,
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /** Blocking by SMI must be 0 outside SMM. */
  INTERRUPTIBILITY_SMI(
      "29.3.1.5",
      "blocking by SMI must be 0 outside SMM",
      state -> !state.bit(VmcsField.GUEST_INTERRUPTIBILITY_STATE, 2),
      VmcsField.GUEST_INTERRUPTIBILITY_STATE),
  /** No NMI can be injected into virtual-NMI blocking. */
  INTERRUPTIBILITY_VIRTUAL_NMI(
      "29.3.1.5",
      "no NMI can be injected into virtual-NMI blocking",
      state ->
          !state.isSet(PinControl.VIRTUAL_NMIS)
              || !state.injecting(EventType.NMI)
              || !state.bit(VmcsField.GUEST_INTERRUPTIBILITY_STATE, 3),
      VmcsField.GUEST_INTERRUPTIBILITY_STATE,
      VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION),
  /** Enclave interruption must be 0 on a processor without SGX. */
  INTERRUPTIBILITY_ENCLAVE(
      "29.3.1.5",
      "enclave interruption must be 0 on a processor without SGX",
      state -> !state.bit(VmcsField.GUEST_INTERRUPTIBILITY_STATE, 4),
      VmcsField.GUEST_INTERRUPTIBILITY_STATE),
  /** Bits 11:4, 13, 15 and 63:17 of the pending debug exceptions must be 0. */
  PENDING_DEBUG_RESERVED(
      "29.3.1.5",
      "bits 11:4, 13, 15 and 63:17 of the pending debug exceptions must be 0",
      state -> (state.get(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS) & ~0x1_500FL) == 0,
      VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS),
  /** BS must be 1 if a single-step trap is held up by STI, MOV SS or HLT. */
  PENDING_DEBUG_BS_CLEAR(
      "29.3.1.5",
      "BS must be 1 if a single-step trap is held up by STI, MOV SS or HLT",
      state ->
          !state.debugTrapsDelayed()
              || !state.singleStepping()
              || state.bit(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS, 14),
      VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS,
      VmcsField.GUEST_RFLAGS,
      VmcsField.GUEST_INTERRUPTIBILITY_STATE,
      VmcsField.GUEST_ACTIVITY_STATE),
  /** BS must be 0 while STI, MOV SS or HLT holds up traps and there is no single-stepping. */
  PENDING_DEBUG_BS_SET(
      "29.3.1.5",
      "BS must be 0 while STI, MOV SS or HLT holds up traps and there is no single-stepping",
      state ->
          !state.debugTrapsDelayed()
              || state.singleStepping()
              || !state.bit(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS, 14),
      VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS,
      VmcsField.GUEST_RFLAGS,
      VmcsField.GUEST_INTERRUPTIBILITY_STATE,
      VmcsField.GUEST_ACTIVITY_STATE),
  /** RTM must be 0 on a processor without RTM. */
  PENDING_DEBUG_RTM(
      "29.3.1.5",
      "RTM must be 0 on a processor without RTM",
      state -> !state.bit(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS, 16),
      VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS),
  /** The VMCS link pointer must be all ones or the address of a physical page. */
  VMCS_LINK_POINTER_ADDRESS(
      "29.3.1.5",
      "the VMCS link pointer must be all ones or the address of a physical page",
      state ->
          state.get(VmcsField.VMCS_LINK_POINTER) == -1L || state.page(VmcsField.VMCS_LINK_POINTER),
      VmcsField.VMCS_LINK_POINTER),
  /** The VMCS link pointer must refer to an ordinary VMCS of this processor's revision. */
  VMCS_LINK_POINTER_REVISION(
      "29.3.1.5",
      "the VMCS link pointer must refer to an ordinary VMCS of this processor's revision",
      state -> state.get(VmcsField.VMCS_LINK_POINTER) == -1L || state.linkedRevisionAgrees(),
      VmcsField.VMCS_LINK_POINTER),
  /** A present PDPTE must not have reserved bits set. */
  GUEST_PDPTES(
      "29.3.1.6",
      "a present PDPTE must not have reserved bits set",
      state -> !state.paePaging() || state.validPdptes(),
      VmcsField.GUEST_PDPTE0,
      VmcsField.GUEST_PDPTE1,
      VmcsField.GUEST_PDPTE2,
      VmcsField.GUEST_PDPTE3,
      VmcsField.GUEST_CR3);

  private static final GuestCheck[] ALL = values();

  private final String section;
  private final String rule;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda that captures nothing
  private final Predicate<EntryState> holds;

  @SuppressWarnings("ImmutableEnumChecker") // from List.of
  private final List<VmcsField> fields;

  GuestCheck(String section, String rule, Predicate<EntryState> holds, VmcsField... fields) {
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
  static Optional<GuestCheck> firstFailing(EntryState state) {
    for (GuestCheck check : ALL) {
      if (!check.holds.test(state)) {
        return Optional.of(check);
      }
    }
    return Optional.empty();
  }

  /** The exit qualification with which the failed entry is reported (SDM 29.8). */
  public ExitQualification.EntryFailureCause cause() {
    return switch (this) {
      case GUEST_PDPTES -> ExitQualification.EntryFailureCause.PDPTE;
      case INTERRUPTIBILITY_NMI_STI -> ExitQualification.EntryFailureCause.NMI_INJECTION;
      case VMCS_LINK_POINTER_ADDRESS, VMCS_LINK_POINTER_REVISION ->
          ExitQualification.EntryFailureCause.VMCS_LINK_POINTER;
      default -> ExitQualification.EntryFailureCause.OTHER;
    };
  }
}
