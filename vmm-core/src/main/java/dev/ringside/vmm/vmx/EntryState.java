package dev.ringside.vmm.vmx;

import static dev.ringside.vmm.vmx.VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION;

/**
 * What the checks of VM entry look at: a VMCS, the processor, memory; and the SDM's terms for it.
 */
final class EntryState {
  private final Vmcs vmcs;
  private final VmxCapabilities capabilities;
  private final PhysicalMemoryReader memory;

  private final long pin;
  private final long primary;
  private final long secondary;
  private final long exit;
  private final long entry;
  private final boolean virtual8086;

  EntryState(Vmcs vmcs, VmxCapabilities capabilities, PhysicalMemoryReader memory) {
    this.vmcs = vmcs;
    this.capabilities = capabilities;
    this.memory = memory;
    pin = vmcs.get(VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS);
    primary = vmcs.get(VmcsField.PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS);
    secondary =
        (primary & PrimaryControl.ACTIVATE_SECONDARY_CONTROLS.mask()) == 0
            ? 0
            : vmcs.get(VmcsField.SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS);
    exit = vmcs.get(VmcsField.PRIMARY_VM_EXIT_CONTROLS);
    entry = vmcs.get(VmcsField.VM_ENTRY_CONTROLS);
    virtual8086 = (vmcs.get(VmcsField.GUEST_RFLAGS) >>> 17 & 1) != 0;
  }

  VmxCapabilities capabilities() {
    return capabilities;
  }

  long get(VmcsField field) {
    return vmcs.get(field);
  }

  boolean bit(VmcsField field, int number) {
    return (vmcs.get(field) >>> number & 1) != 0;
  }

  boolean isSet(PinControl control) {
    return (pin & control.mask()) != 0;
  }

  boolean isSet(PrimaryControl control) {
    return (primary & control.mask()) != 0;
  }

  /** Whether a secondary control counts and is 1. */
  boolean isSet(SecondaryControl control) {
    return (secondary & control.mask()) != 0;
  }

  boolean isSet(ExitControl control) {
    return (exit & control.mask()) != 0;
  }

  boolean isSet(EntryControl control) {
    return (entry & control.mask()) != 0;
  }

  boolean unrestricted() {
    return isSet(SecondaryControl.UNRESTRICTED_GUEST);
  }

  /** The guest will be IA-32e mode. */
  boolean longMode() {
    return isSet(EntryControl.IA_32E_MODE_GUEST);
  }

  /** The guest will be virtual-8086. */
  boolean virtual8086() {
    return virtual8086;
  }

  /** A value within what a capability MSR's halves allow. */
  boolean allowed(VmcsField field, long capability) {
    long value = get(field);
    long mustBe1 = capability & 0xFFFF_FFFFL;
    long mayBe1 = capability >>> 32;
    return (value & mustBe1) == mustBe1 && (value & ~mayBe1) == 0;
  }

  /** A value with the bits that must be 1 and without those that must be 0, apart from some. */
  static boolean fixed(long value, long mustBe1, long mayBe1, long unchecked) {
    return (~value & mustBe1 & ~unchecked) == 0 && (value & ~mayBe1 & ~unchecked) == 0;
  }

  boolean physical(VmcsField field) {
    return capabilities.limits().isPhysical(get(field));
  }

  /** The address of a 4-KByte page. */
  boolean page(VmcsField field) {
    return (get(field) & 0xFFF) == 0 && physical(field);
  }

  boolean canonical(VmcsField field) {
    return capabilities.limits().isCanonical(get(field));
  }

  boolean high32Clear(VmcsField field) {
    return get(field) >>> 32 == 0;
  }

  /** The start of an MSR area is 16-byte aligned and a physical address, if it has entries. */
  boolean msrAreaStart(VmcsField count, VmcsField address) {
    return get(count) == 0 || ((get(address) & 15) == 0 && physical(address));
  }

  /** The last byte of an MSR area has a physical address, if there are entries. */
  boolean msrAreaEnd(VmcsField count, VmcsField address) {
    return get(count) == 0 || capabilities.limits().isPhysical(get(address) + get(count) * 16 - 1);
  }

  /** Eight memory types, none of them reserved. */
  boolean pat(VmcsField field) {
    long value = get(field);
    for (int entry = 0; entry < 8; entry++) {
      int type = (int) (value >>> 8 * entry & 0xFF);
      if (type > 7 || type == 2 || type == 3) {
        return false;
      }
    }
    return true;
  }

  /** The TPR threshold is not greater than bits 7:4 of VTPR, byte 80H of the virtual-APIC page. */
  boolean thresholdWithinVtpr() {
    long vtpr = memory.read64(get(VmcsField.VIRTUAL_APIC_ADDRESS) + 0x80) & 0xFF;
    return get(VmcsField.TPR_THRESHOLD) <= vtpr >>> 4;
  }

  boolean hostModeAgrees() {
    boolean host64 = isSet(ExitControl.HOST_ADDRESS_SPACE_SIZE);
    return bit(VmcsField.HOST_IA32_EFER, 10) == host64
        && bit(VmcsField.HOST_IA32_EFER, 8) == host64;
  }

  boolean guestCr0Fixed() {
    long unchecked = 1L << 29 | 1L << 30 | (unrestricted() ? 1L << 31 | 1 : 0);
    return fixed(
        get(VmcsField.GUEST_CR0), capabilities.cr0Fixed0(), capabilities.cr0Fixed1(), unchecked);
  }

  /** The bits from the linear-address width on are equal; the address need not be canonical. */
  boolean withinLinearWidth(VmcsField field) {
    long beyond = get(field) >> capabilities.limits().linearAddressBits();
    return !longMode() || !longCode() || beyond == 0 || beyond == -1;
  }

  // Access rights (table 27-2).

  private long accessRights(GuestSegment segment) {
    return get(segment.accessRights());
  }

  boolean usable(GuestSegment segment) {
    return (accessRights(segment) & GuestSegment.UNUSABLE) == 0;
  }

  int type(GuestSegment segment) {
    return (int) accessRights(segment) & 15;
  }

  boolean descriptorType(GuestSegment segment) {
    return (accessRights(segment) >>> 4 & 1) != 0;
  }

  int dpl(GuestSegment segment) {
    return (int) (accessRights(segment) >>> 5 & 3);
  }

  boolean present(GuestSegment segment) {
    return (accessRights(segment) >>> 7 & 1) != 0;
  }

  boolean bits11To8Clear(GuestSegment segment) {
    return (accessRights(segment) & 0xF00) == 0;
  }

  boolean bits31To17Clear(GuestSegment segment) {
    return accessRights(segment) >>> 17 == 0;
  }

  /**
   * An accessed code segment; for an unrestricted guest also an accessed, writable data segment.
   */
  boolean codeType() {
    return switch (type(GuestSegment.CS)) {
      case 9, 11, 13, 15 -> true;
      case 3 -> unrestricted();
      default -> false;
    };
  }

  /** Accessed; and readable if it is code. */
  static boolean dataType(int type) {
    return (type & 1) != 0 && ((type & 8) == 0 || (type & 2) != 0);
  }

  /** How the DPL of CS relates to that of SS. */
  boolean codePrivilege() {
    int code = dpl(GuestSegment.CS);
    int stack = dpl(GuestSegment.SS);
    return switch (type(GuestSegment.CS)) {
      case 9, 11 -> code == stack;
      case 13, 15 -> code <= stack;
      default -> code == 0;
    };
  }

  boolean longCode() {
    return bit(VmcsField.GUEST_CS_ACCESS_RIGHTS, 13);
  }

  /** G agrees with the limit: 0 if a bit of 11:0 is 0, 1 if a bit of 31:20 is 1. */
  boolean granularity(GuestSegment segment) {
    long limit = get(segment.limit());
    boolean pages = (accessRights(segment) >>> 15 & 1) != 0;
    return pages ? (limit & 0xFFF) == 0xFFF : limit >>> 20 == 0;
  }

  int rpl(GuestSegment segment) {
    return (int) get(segment.selector()) & 3;
  }

  boolean tableIndicator(GuestSegment segment) {
    return (get(segment.selector()) >>> 2 & 1) != 0;
  }

  // The event to inject (table 27-18).

  boolean injecting() {
    return bit(VM_ENTRY_INTERRUPTION_INFORMATION, 31);
  }

  int injectedType() {
    return (int) (get(VM_ENTRY_INTERRUPTION_INFORMATION) >>> 8 & 7);
  }

  int injectedVector() {
    return (int) get(VM_ENTRY_INTERRUPTION_INFORMATION) & 0xFF;
  }

  boolean injecting(EventType type) {
    return injecting() && injectedType() == type.number();
  }

  boolean deliversErrorCode() {
    return bit(VM_ENTRY_INTERRUPTION_INFORMATION, 11);
  }

  /** The guest may be in real-address mode, in which no event has an error code. */
  boolean realMode() {
    return unrestricted() && !bit(VmcsField.GUEST_CR0, 0);
  }

  boolean injectedVectorFitsType() {
    int vector = injectedVector();
    return switch (EventType.numbered(injectedType()).orElseThrow()) {
      case NMI -> vector == 2;
      case HARDWARE_EXCEPTION -> vector <= 31;
      case OTHER_EVENT -> vector == 0;
      case EXTERNAL_INTERRUPT,
          SOFTWARE_INTERRUPT,
          PRIVILEGED_SOFTWARE_EXCEPTION,
          SOFTWARE_EXCEPTION ->
          true;
    };
  }

  /** Whether the event to inject has an error code in the mode that the guest will be in. */
  boolean errorCodeFits() {
    return injecting(EventType.HARDWARE_EXCEPTION) && !realMode() && hasErrorCode(injectedVector());
  }

  boolean injectingSoftwareEvent() {
    return injecting()
        && EventType.numbered(injectedType()).map(EventType::isSoftware).orElse(false);
  }

  /** Whether an exception has an error code: #DF, #TS, #NP, #SS, #GP, #PF, #AC. */
  static boolean hasErrorCode(int vector) {
    return switch (vector) {
      case 8, 10, 11, 12, 13, 14, 17 -> true;
      default -> false;
    };
  }

  // Non-register state.

  boolean supportedActivity() {
    return ActivityState.numbered(get(VmcsField.GUEST_ACTIVITY_STATE))
        .map(capabilities::supports)
        .orElse(false);
  }

  /** The first four bytes at the link pointer: the revision, and not a shadow VMCS. */
  boolean linkedRevisionAgrees() {
    return (int) memory.read64(get(VmcsField.VMCS_LINK_POINTER)) == capabilities.revision();
  }

  ActivityState activity() {
    return ActivityState.numbered(get(VmcsField.GUEST_ACTIVITY_STATE)).orElseThrow();
  }

  boolean blockingBySti() {
    return bit(VmcsField.GUEST_INTERRUPTIBILITY_STATE, 0);
  }

  boolean blockingByMovSs() {
    return bit(VmcsField.GUEST_INTERRUPTIBILITY_STATE, 1);
  }

  /** Whether the event to inject could arrive in the activity state (29.3.1.5). */
  boolean injectionFitsActivity() {
    if (!injecting()) {
      return true;
    }
    int type = injectedType();
    int vector = injectedVector();
    boolean nmi = type == EventType.NMI.number();
    boolean exception = type == EventType.HARDWARE_EXCEPTION.number();
    return switch (activity()) {
      case ACTIVE -> true;
      case HLT ->
          nmi
              || type == EventType.EXTERNAL_INTERRUPT.number()
              || (exception && (vector == 1 || vector == 18))
              || (type == EventType.OTHER_EVENT.number() && vector == 0);
      case SHUTDOWN -> nmi || (exception && vector == 18);
      case WAIT_FOR_SIPI -> false;
    };
  }

  /** Whether BS must say if the instruction before the entry was single-stepped (29.3.1.5). */
  boolean debugTrapsDelayed() {
    return blockingBySti() || blockingByMovSs() || activity() == ActivityState.HLT;
  }

  /** RFLAGS.TF without IA32_DEBUGCTL.BTF: a trap after each instruction. */
  boolean singleStepping() {
    return bit(VmcsField.GUEST_RFLAGS, 8) && !bit(VmcsField.GUEST_IA32_DEBUGCTL, 1);
  }

  // PAE paging.

  boolean paePaging() {
    return bit(VmcsField.GUEST_CR0, 31) && bit(VmcsField.GUEST_CR4, 5) && !longMode();
  }

  /** The page-directory-pointer-table entries that the entry loads. */
  long pdpte(int number) {
    if (isSet(SecondaryControl.ENABLE_EPT)) {
      return get(
          switch (number) {
            case 0 -> VmcsField.GUEST_PDPTE0;
            case 1 -> VmcsField.GUEST_PDPTE1;
            case 2 -> VmcsField.GUEST_PDPTE2;
            default -> VmcsField.GUEST_PDPTE3;
          });
    }
    return memory.read64((get(VmcsField.GUEST_CR3) & 0xFFFF_FFE0L) + 8L * number);
  }

  /** A PDPTE that is not present, or has none of its reserved bits set (volume 3A, table 5-8). */
  boolean validPdptes() {
    for (int number = 0; number < 4; number++) {
      long pdpte = pdpte(number);
      boolean reservedBits = (pdpte & 0x1E6) != 0 || !capabilities.limits().isPhysical(pdpte);
      if ((pdpte & 1) != 0 && reservedBits) {
        return false;
      }
    }
    return true;
  }
}
