package dev.ringside.vmm.vmx;

/**
 * The VM-execution, VM-exit and VM-entry controls that Linux KVM sets on current Intel processors
 * (arch/x86/kvm/vmx/vmx.c, Linux 6.12; defaults of the kvm_intel module), written down in one
 * place, so that a profile on the software processor predicts the one on hardware.
 *
 * <p>Left out are the parts of KVM's set-up that the software processor does not honour: APIC
 * virtualization with posted interrupts, PAUSE-loop exiting, page-modification logging, TSC
 * scaling, user wait and pause, bus-lock detection and notify exits. With them missing, a guest
 * pays for a local APIC access by an exit, as under KVM with {@code enable_apicv=0}. Loading of
 * IA32_EFER, which KVM switches on while the guest's differs from the host's, is always on.
 */
public final class DefaultControls {
  /** Vector 1: KVM guards against endless #DB in event delivery (CVE-2015-8104). */
  private static final long DB = 1L << 1;

  /** Vector 6: KVM emulates some instructions that the processor lacks. */
  private static final long UD = 1L << 6;

  /** Vector 17: as #DB (CVE-2015-5307), and for split-lock detection. */
  private static final long AC = 1L << 17;

  /** Vector 18: a machine check belongs to the host. */
  private static final long MC = 1L << 18;

  /**
   * The exception bitmap: #DB, #UD, #AC, #MC. #PF is not in it with EPT; #BP is added while a
   * debugger has software breakpoints, #NM while XFD is passed through, #GP for VMware's back door.
   */
  public static final long EXCEPTIONS = DB | UD | AC | MC;

  /** TS and WP: the bits of CR0 that the guest owns with EPT. */
  public static final long CR0_GUEST_OWNED = 1L << 3 | 1L << 16;

  /**
   * PVI, TSD, DE, PGE, PCE, OSFXSR, OSXMMEXCPT and FSGSBASE: the bits of CR4 that the guest owns
   * with EPT, as far as its CPUID reports them.
   */
  public static final long CR4_GUEST_OWNED =
      1L << 1 | 1L << 2 | 1L << 3 | 1L << 7 | 1L << 8 | 1L << 9 | 1L << 10 | 1L << 16;

  private static final long CR0_NE = 1L << 5;
  private static final long CR0_NW_CD = 1L << 29 | 1L << 30;
  private static final long CR4_VMXE = 1L << 13;

  /** An EPT entry that is writable and executable but not readable: KVM's mark for MMIO. */
  public static final long MMIO_EPT_ENTRY = 0b110;

  /** The IA32_PAT that a processor has after reset. */
  public static final long RESET_PAT = 0x0007_0406_0007_0406L;

  private static final int[] READ_AND_WRITE = {
    0x174, // IA32_SYSENTER_CS
    0x175, // IA32_SYSENTER_ESP
    0x176, // IA32_SYSENTER_EIP
    0xC000_0100, // IA32_FS_BASE
    0xC000_0101, // IA32_GS_BASE
    0xC000_0102 // IA32_KERNEL_GS_BASE
  };
  private static final int TSC = 0x10;
  private static final int SPEC_CTRL = 0x48;
  private static final int PRED_CMD = 0x49;
  private static final int FLUSH_CMD = 0x10B;

  private DefaultControls() {}

  /**
   * Where the structures are that the controls point to.
   *
   * @param msrBitmap the host-physical address of the page that {@link #msrBitmap} fills
   * @param virtualApicPage the host-physical address of the virtual-APIC page
   * @param eptPointer the EPTP: root table, write-back, 4 levels, accessed and dirty flags
   */
  public record Structures(long msrBitmap, long virtualApicPage, long eptPointer) {}

  /** The EPTP that KVM makes of a root table's address. */
  public static long eptPointer(long rootTable) {
    return rootTable | 1L << 6 | 3L << 3 | 6;
  }

  /**
   * KVM's MSR bitmap: the guest reads the TSC, and reads and writes the segment bases and the
   * SYSENTER MSRs, without an exit; every other MSR exits, IA32_EFER and the SYSCALL MSRs among
   * them. IA32_SPEC_CTRL is passed through from the guest's first write of something other than 0
   * on: {@link #passSpeculationControl} is for that moment.
   *
   * @param predictionCommands whether CPUID reports IBPB, with which WRMSR of IA32_PRED_CMD is
   *     passed through
   * @param cacheCommands whether CPUID reports L1D_FLUSH, and so for IA32_FLUSH_CMD
   */
  public static MsrBitmap msrBitmap(boolean predictionCommands, boolean cacheCommands) {
    MsrBitmap bitmap = MsrBitmap.interceptingAll();
    bitmap.setIntercepts(TSC, false, false);
    for (int msr : READ_AND_WRITE) {
      bitmap.setIntercepts(msr, false, false);
      bitmap.setIntercepts(msr, true, false);
    }
    if (predictionCommands) {
      bitmap.setIntercepts(PRED_CMD, true, false);
    }
    if (cacheCommands) {
      bitmap.setIntercepts(FLUSH_CMD, true, false);
    }
    return bitmap;
  }

  /** What KVM does to the MSR bitmap at the first write of a non-zero IA32_SPEC_CTRL. */
  public static void passSpeculationControl(MsrBitmap bitmap) {
    bitmap.setIntercepts(SPEC_CTRL, false, false);
    bitmap.setIntercepts(SPEC_CTRL, true, false);
  }

  /** A VMCS with these controls and the nominal host state; its guest-state area is untouched. */
  public static Vmcs vmcs(VmxCapabilities capabilities, Structures structures) {
    Vmcs vmcs = new Vmcs();
    set(vmcs, capabilities, structures);
    setNominalHost(vmcs);
    return vmcs;
  }

  /** Sets every control field, and the VMCS link pointer. */
  public static void set(Vmcs vmcs, VmxCapabilities capabilities, Structures structures) {
    setVectors(vmcs, capabilities);
    vmcs.set(VmcsField.ADDRESS_OF_MSR_BITMAPS, structures.msrBitmap());
    vmcs.set(VmcsField.VIRTUAL_APIC_ADDRESS, structures.virtualApicPage());
    vmcs.set(VmcsField.EPT_POINTER, structures.eptPointer());
    vmcs.set(VmcsField.VIRTUAL_PROCESSOR_IDENTIFIER, 1);
    vmcs.set(VmcsField.EXCEPTION_BITMAP, EXCEPTIONS);
    vmcs.set(VmcsField.PAGE_FAULT_ERROR_CODE_MASK, 0);
    vmcs.set(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH, 0);
    vmcs.set(VmcsField.CR3_TARGET_COUNT, 0);
    vmcs.set(VmcsField.TPR_THRESHOLD, 0);
    vmcs.set(VmcsField.TSC_OFFSET, 0);
    vmcs.set(VmcsField.XSS_EXITING_BITMAP, 0);
    vmcs.set(VmcsField.CR0_GUEST_HOST_MASK, ~CR0_GUEST_OWNED);
    vmcs.set(VmcsField.CR4_GUEST_HOST_MASK, ~(CR4_GUEST_OWNED & capabilities.limits().cr4()));
    vmcs.set(VmcsField.VM_EXIT_MSR_STORE_COUNT, 0);
    vmcs.set(VmcsField.VM_EXIT_MSR_LOAD_COUNT, 0);
    vmcs.set(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, 0);
    vmcs.set(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION, 0);
    vmcs.set(VmcsField.VMCS_LINK_POINTER, -1L);
  }

  /** What must be 1, and the controls that KVM sets. */
  private static void setVectors(Vmcs vmcs, VmxCapabilities capabilities) {
    vmcs.set(VmcsField.PIN_BASED_VM_EXECUTION_CONTROLS, capabilities.truePinControls());
    vmcs.set(
        VmcsField.PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS,
        capabilities.truePrimaryControls());
    vmcs.set(VmcsField.SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 0);
    vmcs.set(VmcsField.PRIMARY_VM_EXIT_CONTROLS, capabilities.trueExitControls());
    vmcs.set(VmcsField.VM_ENTRY_CONTROLS, capabilities.trueEntryControls());
    VmxControl[] controls = {
      PinControl.EXTERNAL_INTERRUPT_EXITING,
      PinControl.NMI_EXITING,
      PinControl.VIRTUAL_NMIS,
      PrimaryControl.USE_TSC_OFFSETTING,
      PrimaryControl.HLT_EXITING,
      PrimaryControl.MWAIT_EXITING,
      PrimaryControl.RDPMC_EXITING,
      PrimaryControl.USE_TPR_SHADOW,
      PrimaryControl.MOV_DR_EXITING,
      PrimaryControl.UNCONDITIONAL_IO_EXITING,
      PrimaryControl.USE_MSR_BITMAPS,
      PrimaryControl.MONITOR_EXITING,
      PrimaryControl.ACTIVATE_SECONDARY_CONTROLS,
      SecondaryControl.ENABLE_EPT,
      SecondaryControl.ENABLE_RDTSCP,
      SecondaryControl.ENABLE_VPID,
      SecondaryControl.WBINVD_EXITING,
      SecondaryControl.UNRESTRICTED_GUEST,
      SecondaryControl.ENABLE_INVPCID,
      SecondaryControl.ENABLE_XSAVES_XRSTORS,
      ExitControl.SAVE_DEBUG_CONTROLS,
      ExitControl.HOST_ADDRESS_SPACE_SIZE,
      ExitControl.ACKNOWLEDGE_INTERRUPT_ON_EXIT,
      ExitControl.LOAD_IA32_PAT,
      ExitControl.LOAD_IA32_EFER,
      EntryControl.LOAD_DEBUG_CONTROLS,
      EntryControl.LOAD_IA32_PAT,
      EntryControl.LOAD_IA32_EFER
    };
    for (VmxControl control : controls) {
      control.setIn(vmcs, true);
    }
  }

  /**
   * The value of the guest CR0 field with which the guest runs under KVM when it means its CR0 to
   * be this (which is then the read shadow): NE is always 1, NW and CD are always 0.
   */
  public static long hardwareCr0(long guestCr0) {
    return guestCr0 & ~CR0_NW_CD | CR0_NE;
  }

  /** As {@link #hardwareCr0}, for CR4: VMXE is always 1. */
  public static long hardwareCr4(long guestCr4) {
    return guestCr4 | CR4_VMXE;
  }

  /**
   * A host-state area of a 64-bit host that no VM entry refuses. The monitor is Java code, so that
   * no VM exit ever runs from these addresses; they are here to be seen and checked.
   */
  public static void setNominalHost(Vmcs vmcs) {
    long kernel = 0xFFFF_FFFF_8000_0000L;
    vmcs.set(VmcsField.HOST_CR0, 0x8005_0033L);
    vmcs.set(VmcsField.HOST_CR3, 0x1000);
    vmcs.set(VmcsField.HOST_CR4, 0x2020);
    vmcs.set(VmcsField.HOST_CS_SELECTOR, 0x10);
    vmcs.set(VmcsField.HOST_SS_SELECTOR, 0x18);
    vmcs.set(VmcsField.HOST_TR_SELECTOR, 0x40);
    vmcs.set(VmcsField.HOST_TR_BASE, kernel + 0x1000);
    vmcs.set(VmcsField.HOST_GDTR_BASE, kernel + 0x2000);
    vmcs.set(VmcsField.HOST_IDTR_BASE, kernel + 0x3000);
    vmcs.set(VmcsField.HOST_IA32_SYSENTER_CS, 0x10);
    vmcs.set(VmcsField.HOST_IA32_SYSENTER_ESP, kernel + 0x5000);
    vmcs.set(VmcsField.HOST_IA32_SYSENTER_EIP, kernel + 0x6000);
    vmcs.set(VmcsField.HOST_RSP, kernel + 0x8000);
    vmcs.set(VmcsField.HOST_RIP, kernel + 0x9000);
    vmcs.set(VmcsField.HOST_IA32_PAT, RESET_PAT);
    vmcs.set(VmcsField.HOST_IA32_EFER, ProcessorLimits.INTEL_EFER);
  }
}
