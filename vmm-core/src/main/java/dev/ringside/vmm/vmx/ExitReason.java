package dev.ringside.vmm.vmx;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The basic exit reasons: Intel SDM volume 3, Appendix C. The constants are Linux's names {@code
 * EXIT_REASON_*} without the prefix, as {@code perf kvm stat} prints them; reasons that Linux has
 * no name for are named after the SDM's. The numbers 35, 38, 42, 71, 82 and 83 are not in use.
 */
public enum ExitReason {
  /**
   * Exception or non-maskable interrupt (NMI): an exception whose bit in the exception bitmap is
   * set, or an NMI.
   */
  EXCEPTION_NMI(
      0,
      "Exception or non-maskable interrupt (NMI)",
      "an exception whose bit in the exception bitmap is set, or an NMI"),
  /** External interrupt: an interrupt from outside arrived. */
  EXTERNAL_INTERRUPT(1, "External interrupt", "an interrupt from outside arrived"),
  /** Triple fault: the double-fault handler could not be called. */
  TRIPLE_FAULT(2, "Triple fault", "the double-fault handler could not be called"),
  /** INIT signal: an INIT signal arrived. */
  INIT_SIGNAL(3, "INIT signal", "an INIT signal arrived"),
  /** Start-up IPI (SIPI): a SIPI arrived in the wait-for-SIPI state. */
  SIPI_SIGNAL(4, "Start-up IPI (SIPI)", "a SIPI arrived in the wait-for-SIPI state"),
  /** I/O system-management interrupt (SMI): an SMI arrived right after an I/O instruction. */
  IO_SMI(
      5, "I/O system-management interrupt (SMI)", "an SMI arrived right after an I/O instruction"),
  /** Other SMI: an SMI arrived, but not right after an I/O instruction. */
  OTHER_SMI(6, "Other SMI", "an SMI arrived, but not right after an I/O instruction"),
  /** Interrupt window: the guest became able to take an interrupt. */
  INTERRUPT_WINDOW(7, "Interrupt window", "the guest became able to take an interrupt"),
  /** NMI window: the guest became able to take an NMI. */
  NMI_WINDOW(8, "NMI window", "the guest became able to take an NMI"),
  /** Task switch: the guest attempted a hardware task switch. */
  TASK_SWITCH(9, "Task switch", "the guest attempted a hardware task switch"),
  /** CPUID: the guest executed CPUID. */
  CPUID(10, "CPUID", "the guest executed CPUID"),
  /** GETSEC: the guest executed GETSEC. */
  GETSEC(11, "GETSEC", "the guest executed GETSEC"),
  /** HLT: the guest halted. */
  HLT(12, "HLT", "the guest halted"),
  /** INVD: the guest executed INVD. */
  INVD(13, "INVD", "the guest executed INVD"),
  /** INVLPG: the guest executed INVLPG. */
  INVLPG(14, "INVLPG", "the guest executed INVLPG"),
  /** RDPMC: the guest read a performance counter. */
  RDPMC(15, "RDPMC", "the guest read a performance counter"),
  /** RDTSC: the guest read the time-stamp counter. */
  RDTSC(16, "RDTSC", "the guest read the time-stamp counter"),
  /** RSM: the guest executed RSM in SMM. */
  RSM(17, "RSM", "the guest executed RSM in SMM"),
  /** VMCALL: the guest made a hypercall. */
  VMCALL(18, "VMCALL", "the guest made a hypercall"),
  /** VMCLEAR: the guest executed VMCLEAR. */
  VMCLEAR(19, "VMCLEAR", "the guest executed VMCLEAR"),
  /** VMLAUNCH: the guest executed VMLAUNCH. */
  VMLAUNCH(20, "VMLAUNCH", "the guest executed VMLAUNCH"),
  /** VMPTRLD: the guest executed VMPTRLD. */
  VMPTRLD(21, "VMPTRLD", "the guest executed VMPTRLD"),
  /** VMPTRST: the guest executed VMPTRST. */
  VMPTRST(22, "VMPTRST", "the guest executed VMPTRST"),
  /** VMREAD: the guest executed VMREAD. */
  VMREAD(23, "VMREAD", "the guest executed VMREAD"),
  /** VMRESUME: the guest executed VMRESUME. */
  VMRESUME(24, "VMRESUME", "the guest executed VMRESUME"),
  /** VMWRITE: the guest executed VMWRITE. */
  VMWRITE(25, "VMWRITE", "the guest executed VMWRITE"),
  /** VMXOFF: the guest executed VMXOFF. */
  VMOFF(26, "VMXOFF", "the guest executed VMXOFF"),
  /** VMXON: the guest executed VMXON. */
  VMON(27, "VMXON", "the guest executed VMXON"),
  /**
   * Control-register accesses: the guest accessed CR0, CR3, CR4 or CR8 by MOV, CLTS, LMSW or SMSW.
   */
  CR_ACCESS(
      28,
      "Control-register accesses",
      "the guest accessed CR0, CR3, CR4 or CR8 by MOV, CLTS, LMSW or SMSW"),
  /** MOV DR: the guest moved to or from a debug register. */
  DR_ACCESS(29, "MOV DR", "the guest moved to or from a debug register"),
  /** I/O instruction: the guest executed IN, OUT, INS or OUTS. */
  IO_INSTRUCTION(30, "I/O instruction", "the guest executed IN, OUT, INS or OUTS"),
  /** RDMSR: the guest read a model-specific register. */
  MSR_READ(31, "RDMSR", "the guest read a model-specific register"),
  /** WRMSR or WRMSRNS: the guest wrote a model-specific register. */
  MSR_WRITE(32, "WRMSR or WRMSRNS", "the guest wrote a model-specific register"),
  /**
   * VM-entry failure due to invalid guest state: a VM entry failed one of the checks of the
   * guest-state area.
   */
  INVALID_STATE(
      33,
      "VM-entry failure due to invalid guest state",
      "a VM entry failed one of the checks of the guest-state area"),
  /** VM-entry failure due to MSR loading: a VM entry could not load an MSR. */
  MSR_LOAD_FAIL(34, "VM-entry failure due to MSR loading", "a VM entry could not load an MSR"),
  /** MWAIT: the guest executed MWAIT. */
  MWAIT_INSTRUCTION(36, "MWAIT", "the guest executed MWAIT"),
  /** Monitor trap flag: the instruction after a VM entry with the monitor trap flag is done. */
  MONITOR_TRAP_FLAG(
      37,
      "Monitor trap flag",
      "the instruction after a VM entry with the monitor trap flag is done"),
  /** MONITOR: the guest executed MONITOR. */
  MONITOR_INSTRUCTION(39, "MONITOR", "the guest executed MONITOR"),
  /** PAUSE: the guest executed PAUSE, or spun in a loop of them. */
  PAUSE_INSTRUCTION(40, "PAUSE", "the guest executed PAUSE, or spun in a loop of them"),
  /** VM-entry failure due to machine-check event: a machine check happened during VM entry. */
  MCE_DURING_VMENTRY(
      41,
      "VM-entry failure due to machine-check event",
      "a machine check happened during VM entry"),
  /** TPR below threshold: the guest lowered its task priority below the TPR threshold. */
  TPR_BELOW_THRESHOLD(
      43, "TPR below threshold", "the guest lowered its task priority below the TPR threshold"),
  /** APIC access: the guest accessed the APIC-access page. */
  APIC_ACCESS(44, "APIC access", "the guest accessed the APIC-access page"),
  /** Virtualized EOI: the end of a virtual interrupt whose EOI-exit bit is set. */
  EOI_INDUCED(45, "Virtualized EOI", "the end of a virtual interrupt whose EOI-exit bit is set"),
  /** Access to GDTR or IDTR: the guest executed LGDT, LIDT, SGDT or SIDT. */
  GDTR_IDTR(46, "Access to GDTR or IDTR", "the guest executed LGDT, LIDT, SGDT or SIDT"),
  /** Access to LDTR or TR: the guest executed LLDT, LTR, SLDT or STR. */
  LDTR_TR(47, "Access to LDTR or TR", "the guest executed LLDT, LTR, SLDT or STR"),
  /** EPT violation: the EPT entries for a guest-physical address do not allow the access. */
  EPT_VIOLATION(
      48, "EPT violation", "the EPT entries for a guest-physical address do not allow the access"),
  /**
   * EPT misconfiguration: an EPT entry for a guest-physical address holds a value that is not
   * allowed.
   */
  EPT_MISCONFIG(
      49,
      "EPT misconfiguration",
      "an EPT entry for a guest-physical address holds a value that is not allowed"),
  /** INVEPT: the guest executed INVEPT. */
  INVEPT(50, "INVEPT", "the guest executed INVEPT"),
  /** RDTSCP: the guest executed RDTSCP. */
  RDTSCP(51, "RDTSCP", "the guest executed RDTSCP"),
  /** VMX-preemption timer expired: the VMX-preemption timer reached zero. */
  PREEMPTION_TIMER(52, "VMX-preemption timer expired", "the VMX-preemption timer reached zero"),
  /** INVVPID: the guest executed INVVPID. */
  INVVPID(53, "INVVPID", "the guest executed INVVPID"),
  /** WBINVD or WBNOINVD: the guest executed WBINVD or WBNOINVD. */
  WBINVD(54, "WBINVD or WBNOINVD", "the guest executed WBINVD or WBNOINVD"),
  /** XSETBV: the guest executed XSETBV. */
  XSETBV(55, "XSETBV", "the guest executed XSETBV"),
  /** APIC write: the guest wrote to its virtual-APIC page. */
  APIC_WRITE(56, "APIC write", "the guest wrote to its virtual-APIC page"),
  /** RDRAND: the guest executed RDRAND. */
  RDRAND(57, "RDRAND", "the guest executed RDRAND"),
  /** INVPCID: the guest executed INVPCID. */
  INVPCID(58, "INVPCID", "the guest executed INVPCID"),
  /** VMFUNC: a VM function was not enabled or reported an error. */
  VMFUNC(59, "VMFUNC", "a VM function was not enabled or reported an error"),
  /** ENCLS: the guest executed ENCLS. */
  ENCLS(60, "ENCLS", "the guest executed ENCLS"),
  /** RDSEED: the guest executed RDSEED. */
  RDSEED(61, "RDSEED", "the guest executed RDSEED"),
  /**
   * Page-modification log full: there is no room for another entry in the page-modification log.
   */
  PML_FULL(
      62,
      "Page-modification log full",
      "there is no room for another entry in the page-modification log"),
  /** XSAVES: the guest executed XSAVES for a state component in the XSS-exiting bitmap. */
  XSAVES(63, "XSAVES", "the guest executed XSAVES for a state component in the XSS-exiting bitmap"),
  /** XRSTORS: the guest executed XRSTORS for a state component in the XSS-exiting bitmap. */
  XRSTORS(
      64, "XRSTORS", "the guest executed XRSTORS for a state component in the XSS-exiting bitmap"),
  /** PCONFIG: the guest executed PCONFIG. */
  PCONFIG(65, "PCONFIG", "the guest executed PCONFIG"),
  /** SPP-related event: the sub-page permission tables are missing or misconfigured. */
  SPP_RELATED_EVENT(
      66, "SPP-related event", "the sub-page permission tables are missing or misconfigured"),
  /** UMWAIT: the guest executed UMWAIT. */
  UMWAIT(67, "UMWAIT", "the guest executed UMWAIT"),
  /** TPAUSE: the guest executed TPAUSE. */
  TPAUSE(68, "TPAUSE", "the guest executed TPAUSE"),
  /** LOADIWKEY: the guest executed LOADIWKEY. */
  LOADIWKEY(69, "LOADIWKEY", "the guest executed LOADIWKEY"),
  /** ENCLV: the guest executed ENCLV. */
  ENCLV(70, "ENCLV", "the guest executed ENCLV"),
  /** ENQCMD PASID translation failure: ENQCMD met a PASID entry that is not present. */
  ENQCMD_PASID_TRANSLATION_FAILURE(
      72, "ENQCMD PASID translation failure", "ENQCMD met a PASID entry that is not present"),
  /** ENQCMDS PASID translation failure: ENQCMDS met a PASID entry that is not present. */
  ENQCMDS_PASID_TRANSLATION_FAILURE(
      73, "ENQCMDS PASID translation failure", "ENQCMDS met a PASID entry that is not present"),
  /** Bus lock: the guest asserted a bus lock. */
  BUS_LOCK(74, "Bus lock", "the guest asserted a bus lock"),
  /** Instruction timeout: no instruction boundary came within the time allowed. */
  NOTIFY(75, "Instruction timeout", "no instruction boundary came within the time allowed"),
  /** SEAMCALL: the guest executed SEAMCALL. */
  SEAMCALL(76, "SEAMCALL", "the guest executed SEAMCALL"),
  /** TDCALL: the guest executed TDCALL. */
  TDCALL(77, "TDCALL", "the guest executed TDCALL"),
  /** RDMSRLIST: the guest read a list of model-specific registers. */
  RDMSRLIST(78, "RDMSRLIST", "the guest read a list of model-specific registers"),
  /** WRMSRLIST: the guest wrote a list of model-specific registers. */
  WRMSRLIST(79, "WRMSRLIST", "the guest wrote a list of model-specific registers"),
  /** URDMSR: user code read a model-specific register. */
  URDMSR(80, "URDMSR", "user code read a model-specific register"),
  /** UWRMSR: user code wrote a model-specific register. */
  UWRMSR(81, "UWRMSR", "user code wrote a model-specific register"),
  /**
   * RDMSR with an immediate operand: the guest read a model-specific register named by an
   * immediate.
   */
  MSR_READ_IMM(
      84,
      "RDMSR with an immediate operand",
      "the guest read a model-specific register named by an immediate"),
  /**
   * WRMSRNS with an immediate operand: the guest wrote a model-specific register named by an
   * immediate.
   */
  MSR_WRITE_IMM(
      85,
      "WRMSRNS with an immediate operand",
      "the guest wrote a model-specific register named by an immediate");

  /** Bit 31 of the exit-reason field: the VM entry failed (SDM table 27-19). */
  public static final long VM_ENTRY_FAILURE = 1L << 31;

  private static final @Nullable ExitReason[] BY_NUMBER = byNumber();

  private final int number;
  private final String sdmName;
  private final String meaning;

  ExitReason(int number, String sdmName, String meaning) {
    this.number = number;
    this.sdmName = sdmName;
    this.meaning = meaning;
  }

  /** The basic exit reason, bits 15:0 of the exit-reason field. */
  public int number() {
    return number;
  }

  /** The SDM's name. */
  public String sdmName() {
    return sdmName;
  }

  /** What happened, in one line. */
  public String meaning() {
    return meaning;
  }

  /** Whether this is a VM entry that failed rather than a VM exit (SDM 29.8). */
  public boolean isEntryFailure() {
    return this == INVALID_STATE || this == MSR_LOAD_FAIL || this == MCE_DURING_VMENTRY;
  }

  /** The value that the exit-reason field takes: the number, and bit 31 for a failed entry. */
  public long fieldValue() {
    return isEntryFailure() ? number | VM_ENTRY_FAILURE : number;
  }

  /** The reason of this number, if there is one. */
  public static Optional<ExitReason> numbered(int number) {
    return number >= 0 && number < BY_NUMBER.length
        ? Optional.ofNullable(BY_NUMBER[number])
        : Optional.empty();
  }

  /** The reason that a value of the exit-reason field names; its bits 31:16 do not matter. */
  public static Optional<ExitReason> ofFieldValue(long value) {
    return numbered((int) value & 0xFFFF);
  }

  private static @Nullable ExitReason[] byNumber() {
    ExitReason[] all = values();
    @Nullable ExitReason[] byNumber = new @Nullable ExitReason[all[all.length - 1].number + 1];
    for (ExitReason reason : all) {
      byNumber[reason.number] = reason;
    }
    return byNumber;
  }
}
