package dev.ringside.vmm.vmx;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The VMX capability MSRs (SDM Appendix A), computed from what the processor honours. Immutable.
 *
 * <p>An allowed-0 or allowed-1 half describes one vector of controls: a bit may be 0 only where
 * allowed-0 is 0, and 1 only where allowed-1 is 1. The bits of the "default1 class" (A.2) are
 * reserved as 1; the TRUE MSRs let those of them be 0 that control something today: CR3-load and
 * CR3-store exiting, and the debug controls.
 *
 * @param limits what else the checks of VM entry must know of the processor
 * @param basic IA32_VMX_BASIC (480H)
 * @param pinControls IA32_VMX_PINBASED_CTLS (481H)
 * @param primaryControls IA32_VMX_PROCBASED_CTLS (482H)
 * @param exitControls IA32_VMX_EXIT_CTLS (483H)
 * @param entryControls IA32_VMX_ENTRY_CTLS (484H)
 * @param misc IA32_VMX_MISC (485H)
 * @param cr0Fixed0 IA32_VMX_CR0_FIXED0 (486H): the bits of CR0 that must be 1
 * @param cr0Fixed1 IA32_VMX_CR0_FIXED1 (487H): the bits of CR0 that may be 1
 * @param cr4Fixed0 IA32_VMX_CR4_FIXED0 (488H)
 * @param cr4Fixed1 IA32_VMX_CR4_FIXED1 (489H)
 * @param vmcsEnumeration IA32_VMX_VMCS_ENUM (48AH)
 * @param secondaryControls IA32_VMX_PROCBASED_CTLS2 (48BH)
 * @param eptVpid IA32_VMX_EPT_VPID_CAP (48CH)
 * @param truePinControls IA32_VMX_TRUE_PINBASED_CTLS (48DH)
 * @param truePrimaryControls IA32_VMX_TRUE_PROCBASED_CTLS (48EH)
 * @param trueExitControls IA32_VMX_TRUE_EXIT_CTLS (48FH)
 * @param trueEntryControls IA32_VMX_TRUE_ENTRY_CTLS (490H)
 * @param vmFunctions IA32_VMX_VMFUNC (491H)
 * @param tertiaryControls IA32_VMX_PROCBASED_CTLS3 (492H): 64 allowed-1 bits
 * @param secondaryExitControls IA32_VMX_EXIT_CTLS2 (493H): 64 allowed-1 bits
 */
public record VmxCapabilities(
    ProcessorLimits limits,
    long basic,
    long pinControls,
    long primaryControls,
    long exitControls,
    long entryControls,
    long misc,
    long cr0Fixed0,
    long cr0Fixed1,
    long cr4Fixed0,
    long cr4Fixed1,
    long vmcsEnumeration,
    long secondaryControls,
    long eptVpid,
    long truePinControls,
    long truePrimaryControls,
    long trueExitControls,
    long trueEntryControls,
    long vmFunctions,
    long tertiaryControls,
    long secondaryExitControls) {

  /** The number of IA32_VMX_BASIC, the first of the capability MSRs. */
  public static final int FIRST_MSR = 0x480;

  /** The VMCS revision identifier of the software processor, 31 bits. */
  public static final int VMCS_REVISION = 0x5253_0001;

  /** The VMX-preemption timer counts down once in 2^5 ticks of the time-stamp counter. */
  public static final int PREEMPTION_TIMER_SHIFT = 5;

  /** How many CR3-target values there are. */
  public static final int CR3_TARGETS = 4;

  static final long PIN_DEFAULT1 = 0x16;
  static final long PRIMARY_DEFAULT1 = 0x0401_E172;
  static final long EXIT_DEFAULT1 = 0x0003_6DFF;
  static final long ENTRY_DEFAULT1 = 0x0000_11FF;

  private static final long CR0_MUST_BE_1 = 0x8000_0021L; // PG, NE, PE
  private static final long CR4_VMXE = 1L << 13;

  private static final int EPT_EXECUTE_ONLY = 0;
  private static final int EPT_WALK_OF_4 = 6;
  private static final int EPT_WALK_OF_5 = 7;
  private static final int EPT_UNCACHEABLE = 8;
  private static final int EPT_WRITE_BACK = 14;
  private static final int EPT_2_MB_PAGES = 16;
  private static final int EPT_1_GB_PAGES = 17;
  private static final int INVEPT = 20;
  private static final int EPT_ACCESSED_DIRTY = 21;
  private static final int INVEPT_SINGLE_CONTEXT = 25;
  private static final int INVEPT_ALL_CONTEXT = 26;
  private static final int INVVPID = 32;
  private static final int INVVPID_INDIVIDUAL_ADDRESS = 40;
  private static final int INVVPID_SINGLE_CONTEXT = 41;
  private static final int INVVPID_ALL_CONTEXT = 42;
  private static final int INVVPID_SINGLE_CONTEXT_RETAINING_GLOBALS = 43;

  /** The capabilities of the software processor with these limits. */
  public static VmxCapabilities of(ProcessorLimits limits) {
    long pin = VmxControl.honoured(PinControl.values()) | PIN_DEFAULT1;
    long primary = VmxControl.honoured(PrimaryControl.values()) | PRIMARY_DEFAULT1;
    long exit = VmxControl.honoured(ExitControl.values()) | EXIT_DEFAULT1;
    long entry = VmxControl.honoured(EntryControl.values()) | ENTRY_DEFAULT1;
    long canBe0 = PrimaryControl.CR3_LOAD_EXITING.mask() | PrimaryControl.CR3_STORE_EXITING.mask();
    return new VmxCapabilities(
        limits,
        basicInformation(),
        allowed(PIN_DEFAULT1, pin),
        allowed(PRIMARY_DEFAULT1, primary),
        allowed(EXIT_DEFAULT1, exit),
        allowed(ENTRY_DEFAULT1, entry),
        miscellaneous(),
        CR0_MUST_BE_1,
        0xFFFF_FFFFL,
        CR4_VMXE,
        limits.cr4() | CR4_VMXE,
        highestIndex() << 1,
        allowed(0, VmxControl.honoured(SecondaryControl.values())),
        eptAndVpid(),
        allowed(PIN_DEFAULT1, pin),
        allowed(PRIMARY_DEFAULT1 & ~canBe0, primary),
        allowed(EXIT_DEFAULT1 & ~ExitControl.SAVE_DEBUG_CONTROLS.mask(), exit),
        allowed(ENTRY_DEFAULT1 & ~EntryControl.LOAD_DEBUG_CONTROLS.mask(), entry),
        0,
        VmxControl.honoured(TertiaryControl.values()),
        VmxControl.honoured(SecondaryExitControl.values()));
  }

  private static long allowed(long allowed0, long allowed1) {
    return allowed1 << 32 | allowed0;
  }

  /** A.1: a 4-KByte write-back region, INS/OUTS information, TRUE controls, strict error codes. */
  private static long basicInformation() {
    return VMCS_REVISION | 4096L << 32 | 6L << 50 | 1L << 54 | 1L << 55;
  }

  /**
   * A.6: LMA is stored on exit; HLT, shutdown and wait-for-SIPI; up to 512 MSRs in an area; VMWRITE
   * to every field; injection with instruction length 0.
   */
  private static long miscellaneous() {
    return PREEMPTION_TIMER_SHIFT
        | 1L << 5
        | 7L << 6
        | (long) CR3_TARGETS << 16
        | 1L << 29
        | 1L << 30;
  }

  /** A.9. */
  private static long highestIndex() {
    return Arrays.stream(VmcsField.values())
        .mapToLong(field -> field.encoding() >> 1 & 0x1FF)
        .max()
        .orElseThrow();
  }

  /** A.10. */
  private static long eptAndVpid() {
    return bits(
        EPT_EXECUTE_ONLY,
        EPT_WALK_OF_4,
        EPT_UNCACHEABLE,
        EPT_WRITE_BACK,
        EPT_2_MB_PAGES,
        EPT_1_GB_PAGES,
        INVEPT,
        EPT_ACCESSED_DIRTY,
        INVEPT_SINGLE_CONTEXT,
        INVEPT_ALL_CONTEXT,
        INVVPID,
        INVVPID_INDIVIDUAL_ADDRESS,
        INVVPID_SINGLE_CONTEXT,
        INVVPID_ALL_CONTEXT,
        INVVPID_SINGLE_CONTEXT_RETAINING_GLOBALS);
  }

  private static long bits(int... numbers) {
    return Arrays.stream(numbers).mapToLong(number -> 1L << number).reduce(0, (a, b) -> a | b);
  }

  /** The value that RDMSR reads from a capability MSR; empty for any other MSR. */
  public OptionalLong read(int msr) {
    return switch (msr) {
      case 0x480 -> OptionalLong.of(basic);
      case 0x481 -> OptionalLong.of(pinControls);
      case 0x482 -> OptionalLong.of(primaryControls);
      case 0x483 -> OptionalLong.of(exitControls);
      case 0x484 -> OptionalLong.of(entryControls);
      case 0x485 -> OptionalLong.of(misc);
      case 0x486 -> OptionalLong.of(cr0Fixed0);
      case 0x487 -> OptionalLong.of(cr0Fixed1);
      case 0x488 -> OptionalLong.of(cr4Fixed0);
      case 0x489 -> OptionalLong.of(cr4Fixed1);
      case 0x48A -> OptionalLong.of(vmcsEnumeration);
      case 0x48B -> OptionalLong.of(secondaryControls);
      case 0x48C -> OptionalLong.of(eptVpid);
      case 0x48D -> OptionalLong.of(truePinControls);
      case 0x48E -> OptionalLong.of(truePrimaryControls);
      case 0x48F -> OptionalLong.of(trueExitControls);
      case 0x490 -> OptionalLong.of(trueEntryControls);
      case 0x491 -> OptionalLong.of(vmFunctions);
      case 0x492 -> OptionalLong.of(tertiaryControls);
      case 0x493 -> OptionalLong.of(secondaryExitControls);
      default -> OptionalLong.empty();
    };
  }

  /** The VMCS revision identifier. */
  public int revision() {
    return (int) basic & 0x7FFF_FFFF;
  }

  /** Whether the activity state can be entered (bits 8:6 of IA32_VMX_MISC). */
  public boolean supports(ActivityState state) {
    return state == ActivityState.ACTIVE || (misc >> 5 + state.number() & 1) != 0;
  }

  /** Whether EPT paging structures may have this memory type (0: uncacheable, 6: write-back). */
  public boolean supportsEptMemoryType(int type) {
    return switch (type) {
      case 0 -> has(EPT_UNCACHEABLE);
      case 6 -> has(EPT_WRITE_BACK);
      default -> false;
    };
  }

  /** Whether an EPT walk may have this many levels. */
  public boolean supportsEptWalk(int levels) {
    return switch (levels) {
      case 4 -> has(EPT_WALK_OF_4);
      case 5 -> has(EPT_WALK_OF_5);
      default -> false;
    };
  }

  /** Whether EPT entries can have accessed and dirty flags. */
  public boolean supportsEptAccessedAndDirty() {
    return has(EPT_ACCESSED_DIRTY);
  }

  private boolean has(int eptVpidBit) {
    return (eptVpid >>> eptVpidBit & 1) != 0;
  }
}
