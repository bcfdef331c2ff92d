package dev.ringside.vmm.vmx;

import java.util.Arrays;

/**
 * The exit qualification: more about an exit, in a form that depends on its reason (SDM 30.2.1). A
 * record {@linkplain #encode encodes} to the value of the field, with the bits that the SDM leaves
 * undefined clear; {@link #decode} is the way back.
 */
public sealed interface ExitQualification {

  /** The value of the exit-qualification field. */
  long encode();

  /** The exit has no qualification: the field is cleared. */
  record None() implements ExitQualification {
    @Override
    public long encode() {
      return 0;
    }
  }

  /**
   * A linear address: that of a page fault, or the operand of INVLPG.
   *
   * @param address the address
   */
  record LinearAddress(long address) implements ExitQualification {
    @Override
    public long encode() {
      return address;
    }
  }

  /**
   * The displacement of an instruction's memory operand (for RIP-relative addressing, with the RIP
   * of the next instruction added): INVEPT, INVPCID, INVVPID, LGDT, LIDT, LLDT, LTR, SGDT, SIDT,
   * SLDT, STR, VMCLEAR, VMPTRLD, VMPTRST, VMREAD, VMWRITE, VMXON, XRSTORS, XSAVES.
   *
   * @param displacement sign-extended; 0 where there is none
   */
  record Displacement(long displacement) implements ExitQualification {
    @Override
    public long encode() {
      return displacement;
    }
  }

  /**
   * A debug exception (table 30-1).
   *
   * @param breakpoints B3 to B0: the breakpoint conditions met
   * @param busLock BLD: a bus lock was asserted
   * @param debugRegisterAccess BD: a debug register was accessed while DR7.GD was set
   * @param singleStep BS: an instruction or a branch was single-stepped
   * @param transactional RTM: inside an RTM region
   */
  record DebugException(
      int breakpoints,
      boolean busLock,
      boolean debugRegisterAccess,
      boolean singleStep,
      boolean transactional)
      implements ExitQualification {
    /** Checks the range of the breakpoints. */
    public DebugException {
      requireRange("breakpoints", breakpoints, 15);
    }

    @Override
    public long encode() {
      return breakpoints
          | bit(11, busLock)
          | bit(13, debugRegisterAccess)
          | bit(14, singleStep)
          | bit(16, transactional);
    }
  }

  /**
   * A start-up IPI, a virtualized EOI.
   *
   * @param vector the vector, 0 to 255
   */
  record Vector(int vector) implements ExitQualification {
    /** Checks the range of the vector. */
    public Vector {
      requireRange("vector", vector, 255);
    }

    @Override
    public long encode() {
      return vector;
    }
  }

  /**
   * A task switch (table 30-2).
   *
   * @param selector the selector of the task-state segment to switch to
   * @param source what asked for it
   */
  record TaskSwitch(int selector, Source source) implements ExitQualification {
    /** What asks for a task switch; in the order of its encoding. */
    public enum Source {
      /** CALL. */
      CALL,
      /** IRET. */
      IRET,
      /** JMP. */
      JMP,
      /** A task gate in the IDT. */
      TASK_GATE
    }

    /** Checks the range of the selector. */
    public TaskSwitch {
      requireRange("selector", selector, 0xFFFF);
    }

    @Override
    public long encode() {
      return selector | (long) codeOf(source) << 30;
    }
  }

  /**
   * An access to a control register (table 30-3).
   *
   * @param control the number of the control register: 0, 3, 4 or 8
   * @param access how it is accessed
   * @param memoryOperand for LMSW, whether its operand is in memory
   * @param register for MOV, the number of the general-purpose register, 0 to 15; otherwise 0
   * @param lmswSource for LMSW, its operand; otherwise 0
   */
  record ControlRegisterAccess(
      int control, Access access, boolean memoryOperand, int register, int lmswSource)
      implements ExitQualification {
    /** How a control register is accessed; in the order of its encoding. */
    public enum Access {
      /** MOV to CR. */
      MOV_TO,
      /** MOV from CR. */
      MOV_FROM,
      /** CLTS. */
      CLTS,
      /** LMSW. */
      LMSW
    }

    /** Checks the ranges. */
    public ControlRegisterAccess {
      requireRange("control register", control, 15);
      requireRange("register", register, 15);
      requireRange("LMSW source", lmswSource, 0xFFFF);
    }

    /** A MOV between a control register and a general-purpose register. */
    public static ControlRegisterAccess mov(int control, boolean to, int register) {
      return new ControlRegisterAccess(
          control, to ? Access.MOV_TO : Access.MOV_FROM, false, register, 0);
    }

    /** CLTS. */
    public static ControlRegisterAccess clts() {
      return new ControlRegisterAccess(0, Access.CLTS, false, 0, 0);
    }

    /** LMSW. */
    public static ControlRegisterAccess lmsw(boolean memoryOperand, int source) {
      return new ControlRegisterAccess(0, Access.LMSW, memoryOperand, 0, source);
    }

    @Override
    public long encode() {
      return control
          | (long) codeOf(access) << 4
          | bit(6, memoryOperand)
          | (long) register << 8
          | (long) lmswSource << 16;
    }
  }

  /**
   * MOV DR (table 30-4).
   *
   * @param debug the number of the debug register, 0 to 7
   * @param from whether the debug register is read
   * @param register the number of the general-purpose register, 0 to 15
   */
  record DebugRegisterAccess(int debug, boolean from, int register) implements ExitQualification {
    /** Checks the ranges. */
    public DebugRegisterAccess {
      requireRange("debug register", debug, 7);
      requireRange("register", register, 15);
    }

    @Override
    public long encode() {
      return debug | bit(4, from) | (long) register << 8;
    }
  }

  /**
   * An I/O instruction (table 30-5).
   *
   * @param size how many bytes are accessed: 1, 2 or 4
   * @param in IN or INS
   * @param string INS or OUTS
   * @param repeated with a REP prefix
   * @param immediate the port is an immediate operand rather than in DX
   * @param port the port, 0 to FFFFH
   */
  record IoInstruction(
      int size, boolean in, boolean string, boolean repeated, boolean immediate, int port)
      implements ExitQualification {
    /** Checks the ranges. */
    public IoInstruction {
      if (size != 1 && size != 2 && size != 4) {
        throw new IllegalArgumentException("an I/O access has 1, 2 or 4 bytes, not " + size);
      }
      requireRange("port", port, 0xFFFF);
    }

    @Override
    public long encode() {
      return size - 1
          | bit(3, in)
          | bit(4, string)
          | bit(5, repeated)
          | bit(6, immediate)
          | (long) port << 16;
    }
  }

  /**
   * MWAIT.
   *
   * @param armed whether address-range monitoring is armed
   */
  record Mwait(boolean armed) implements ExitQualification {
    @Override
    public long encode() {
      return bit(0, armed);
    }
  }

  /**
   * Two instructions share a reason: WBINVD and WBNOINVD, WRMSR and WRMSRNS.
   *
   * @param second whether it is the second one
   */
  record Variant(boolean second) implements ExitQualification {
    @Override
    public long encode() {
      return bit(0, second);
    }
  }

  /**
   * An access to the APIC-access page (table 30-6).
   *
   * @param offset the offset in the page, for a linear access
   * @param type bits 15:12
   * @param asynchronous bit 16: not caused by an instruction or by event delivery
   */
  record ApicAccess(int offset, int type, boolean asynchronous) implements ExitQualification {
    /** Checks the ranges. */
    public ApicAccess {
      requireRange("offset", offset, 0xFFF);
      requireRange("access type", type, 15);
    }

    @Override
    public long encode() {
      return offset | (long) type << 12 | bit(16, asynchronous);
    }
  }

  /**
   * A write to the virtual-APIC page.
   *
   * @param offset the offset in the page
   */
  record ApicWrite(int offset) implements ExitQualification {
    /** Checks the range of the offset. */
    public ApicWrite {
      requireRange("offset", offset, 0xFFF);
    }

    @Override
    public long encode() {
      return offset;
    }
  }

  /**
   * An EPT violation (table 30-7; without mode-based execute control, advanced exit information and
   * shadow-stack control, whose bits stay clear).
   *
   * @param read the access was a data read
   * @param write the access was a data write
   * @param fetch the access was an instruction fetch
   * @param readable the guest-physical address was readable
   * @param writable the guest-physical address was writable
   * @param executable the guest-physical address was executable
   * @param linearAddressValid the guest-linear address field is valid
   * @param translation the access was to the translation of the linear address, not to a
   *     paging-structure entry on the way
   * @param nmiUnblocking an IRET had unblocked NMIs
   */
  record EptViolation(
      boolean read,
      boolean write,
      boolean fetch,
      boolean readable,
      boolean writable,
      boolean executable,
      boolean linearAddressValid,
      boolean translation,
      boolean nmiUnblocking)
      implements ExitQualification {
    @Override
    public long encode() {
      return bit(0, read)
          | bit(1, write)
          | bit(2, fetch)
          | bit(3, readable)
          | bit(4, writable)
          | bit(5, executable)
          | bit(7, linearAddressValid)
          | bit(8, translation)
          | bit(12, nmiUnblocking);
    }
  }

  /** Why a VM entry failed with invalid guest state (SDM 29.8). */
  enum EntryFailureCause implements ExitQualification {
    /** Any of the checks without a number of its own. */
    OTHER(0),
    /** A PDPTE could not be loaded. */
    PDPTE(2),
    /** An NMI was to be injected into a guest that blocks events by STI. */
    NMI_INJECTION(3),
    /** The VMCS link pointer is not valid. */
    VMCS_LINK_POINTER(4);

    private final int number;

    EntryFailureCause(int number) {
      this.number = number;
    }

    @Override
    public long encode() {
      return number;
    }
  }

  /**
   * A VM entry could not load an MSR.
   *
   * @param entry the number of the entry in the VM-entry MSR-load area; the first one is 1
   */
  record MsrLoadEntry(long entry) implements ExitQualification {
    @Override
    public long encode() {
      return entry;
    }
  }

  /**
   * A form that is not taken apart here: page-modification log full, SPP-related events, NMI source
   * vectors, instruction timeouts, PASID translation failures, MSR lists and immediate MSRs.
   *
   * @param value the value of the field
   */
  record Raw(long value) implements ExitQualification {
    @Override
    public long encode() {
      return value;
    }
  }

  /**
   * What the field says after an exit.
   *
   * @param reason the basic exit reason
   * @param value the value of the field
   * @param vector for {@link ExitReason#EXCEPTION_NMI}, the vector, which tells a debug exception
   *     (1) and a page fault (14) from the others; otherwise not used
   */
  static ExitQualification decode(ExitReason reason, long value, int vector) {
    return switch (reason) {
      case EXCEPTION_NMI ->
          switch (vector) {
            case 1 -> debugException(value);
            case 14 -> new LinearAddress(value);
            default -> value == 0 ? new None() : new Raw(value);
          };
      case INVLPG -> new LinearAddress(value);
      case SIPI_SIGNAL, EOI_INDUCED -> new Vector((int) value & 0xFF);
      case TASK_SWITCH ->
          new TaskSwitch(
              (int) value & 0xFFFF, TaskSwitch.Source.values()[(int) (value >>> 30 & 3)]);
      case CR_ACCESS ->
          new ControlRegisterAccess(
              (int) value & 15,
              ControlRegisterAccess.Access.values()[(int) (value >>> 4 & 3)],
              isSet(value, 6),
              (int) (value >>> 8 & 15),
              (int) (value >>> 16 & 0xFFFF));
      case DR_ACCESS ->
          new DebugRegisterAccess((int) value & 7, isSet(value, 4), (int) (value >>> 8 & 15));
      case IO_INSTRUCTION ->
          switch ((int) value & 7) {
            case 0, 1, 3 -> ioInstruction(value);
            default -> new Raw(value);
          };
      case MWAIT_INSTRUCTION -> new Mwait(isSet(value, 0));
      case WBINVD, MSR_WRITE -> new Variant(isSet(value, 0));
      case APIC_ACCESS ->
          new ApicAccess((int) value & 0xFFF, (int) (value >>> 12 & 15), isSet(value, 16));
      case APIC_WRITE -> new ApicWrite((int) value & 0xFFF);
      case EPT_VIOLATION -> eptViolation(value);
      case INVALID_STATE ->
          Arrays.stream(EntryFailureCause.values())
              .filter(cause -> cause.encode() == value)
              .map(ExitQualification.class::cast)
              .findFirst()
              .orElseGet(() -> new Raw(value));
      case MSR_LOAD_FAIL -> new MsrLoadEntry(value);
      case GDTR_IDTR,
          LDTR_TR,
          INVEPT,
          INVVPID,
          INVPCID,
          VMCLEAR,
          VMPTRLD,
          VMPTRST,
          VMREAD,
          VMWRITE,
          VMON,
          XSAVES,
          XRSTORS ->
          new Displacement(value);
      case IO_SMI,
          PML_FULL,
          SPP_RELATED_EVENT,
          NOTIFY,
          ENQCMD_PASID_TRANSLATION_FAILURE,
          ENQCMDS_PASID_TRANSLATION_FAILURE,
          RDMSRLIST,
          WRMSRLIST,
          URDMSR,
          UWRMSR,
          MSR_READ_IMM,
          MSR_WRITE_IMM ->
          new Raw(value);
      case EXTERNAL_INTERRUPT,
          TRIPLE_FAULT,
          INIT_SIGNAL,
          OTHER_SMI,
          INTERRUPT_WINDOW,
          NMI_WINDOW,
          CPUID,
          GETSEC,
          HLT,
          INVD,
          RDPMC,
          RDTSC,
          RSM,
          VMCALL,
          VMLAUNCH,
          VMRESUME,
          VMOFF,
          MSR_READ,
          MONITOR_TRAP_FLAG,
          MONITOR_INSTRUCTION,
          PAUSE_INSTRUCTION,
          MCE_DURING_VMENTRY,
          TPR_BELOW_THRESHOLD,
          EPT_MISCONFIG,
          RDTSCP,
          PREEMPTION_TIMER,
          XSETBV,
          RDRAND,
          VMFUNC,
          ENCLS,
          RDSEED,
          PCONFIG,
          UMWAIT,
          TPAUSE,
          LOADIWKEY,
          ENCLV,
          BUS_LOCK,
          SEAMCALL,
          TDCALL ->
          value == 0 ? new None() : new Raw(value);
    };
  }

  private static DebugException debugException(long value) {
    return new DebugException(
        (int) value & 15, isSet(value, 11), isSet(value, 13), isSet(value, 14), isSet(value, 16));
  }

  private static IoInstruction ioInstruction(long value) {
    return new IoInstruction(
        ((int) value & 7) + 1,
        isSet(value, 3),
        isSet(value, 4),
        isSet(value, 5),
        isSet(value, 6),
        (int) (value >>> 16 & 0xFFFF));
  }

  private static EptViolation eptViolation(long value) {
    return new EptViolation(
        isSet(value, 0),
        isSet(value, 1),
        isSet(value, 2),
        isSet(value, 3),
        isSet(value, 4),
        isSet(value, 5),
        isSet(value, 7),
        isSet(value, 8),
        isSet(value, 12));
  }

  private static boolean isSet(long value, int bit) {
    return (value >>> bit & 1) != 0;
  }

  private static long bit(int number, boolean value) {
    return value ? 1L << number : 0;
  }

  private static int codeOf(TaskSwitch.Source source) {
    return switch (source) {
      case CALL -> 0;
      case IRET -> 1;
      case JMP -> 2;
      case TASK_GATE -> 3;
    };
  }

  private static int codeOf(ControlRegisterAccess.Access access) {
    return switch (access) {
      case MOV_TO -> 0;
      case MOV_FROM -> 1;
      case CLTS -> 2;
      case LMSW -> 3;
    };
  }

  private static void requireRange(String what, int value, int maximum) {
    if (value < 0 || value > maximum) {
      throw new IllegalArgumentException(what + " is from 0 to " + maximum + ", not " + value);
    }
  }
}
