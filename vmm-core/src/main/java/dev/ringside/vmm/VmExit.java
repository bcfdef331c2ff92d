package dev.ringside.vmm;

import dev.ringside.vmm.vmx.ExitReason;

/**
 * A VM exit: one record a reason, with what the exit qualification and the instruction say decoded.
 * A new reason shows up at every {@code switch}.
 */
public sealed interface VmExit {
  /** Where it happened. */
  ExitContext at();

  /** The SDM's basic exit reason. */
  ExitReason reason();

  /**
   * What tells this exit from others of its reason, in CONTRACTS.md's form: {@code port 0x3f8 out
   * 1}; may be empty.
   */
  String detail();

  /** Reason 0: an exception that the exception bitmap selects, or an NMI. */
  record ExceptionNmi(
      ExitContext at, int vector, boolean hasErrorCode, int errorCode, long faultAddress)
      implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.EXCEPTION_NMI;
    }

    @Override
    public String detail() {
      return "vector " + vector;
    }
  }

  /** Reason 1: the host was interrupted; on {@code soft}, a device deadline has come. */
  record ExternalInterrupt(ExitContext at, int vector) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.EXTERNAL_INTERRUPT;
    }

    @Override
    public String detail() {
      return "vector " + vector;
    }
  }

  /** Reason 2: an exception while a double fault was being delivered. */
  record TripleFault(ExitContext at) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.TRIPLE_FAULT;
    }

    @Override
    public String detail() {
      return "";
    }
  }

  /** Reason 7: the guest can take an interrupt now. */
  record InterruptWindow(ExitContext at) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.INTERRUPT_WINDOW;
    }

    @Override
    public String detail() {
      return "";
    }
  }

  /** Reason 8: the guest can take an NMI now. */
  record NmiWindow(ExitContext at) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.NMI_WINDOW;
    }

    @Override
    public String detail() {
      return "";
    }
  }

  /**
   * Reason 9: a task switch, which VT-x leaves to the monitor. {@code source}: 0 CALL, 1 IRET, 2
   * JMP, 3 gate.
   */
  record TaskSwitch(ExitContext at, int selector, int source) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.TASK_SWITCH;
    }

    @Override
    public String detail() {
      return String.format("tss 0x%x", selector);
    }
  }

  /** Reason 10. */
  record Cpuid(ExitContext at, int leaf, int subleaf) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.CPUID;
    }

    @Override
    public String detail() {
      return String.format("leaf 0x%x", leaf);
    }
  }

  /** Reason 12. */
  record Hlt(ExitContext at) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.HLT;
    }

    @Override
    public String detail() {
      return "";
    }
  }

  /** Reason 18: VMCALL; {@code number} is what RAX holds. */
  record Vmcall(ExitContext at, long number) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.VMCALL;
    }

    @Override
    public String detail() {
      return "hypercall " + Long.toUnsignedString(number);
    }
  }

  /**
   * Reason 28. {@code access}: 0 MOV to CR, 1 MOV from CR, 2 CLTS, 3 LMSW; {@code value} is what is
   * being written (0 for a read).
   */
  record CrAccess(ExitContext at, int register, int access, int general, long value)
      implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.CR_ACCESS;
    }

    @Override
    public String detail() {
      return "cr"
          + register
          + (access == 1 ? " read" : access == 2 ? " clts" : access == 3 ? " lmsw" : " write");
    }
  }

  /** Reason 29. {@code write}: MOV to DR. */
  record DrAccess(ExitContext at, int register, boolean write, int general) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.DR_ACCESS;
    }

    @Override
    public String detail() {
      return "dr" + register + (write ? " write" : " read");
    }
  }

  /**
   * Reason 30. {@code size}: 1, 2 or 4 bytes; {@code value} is what OUT writes (the first element
   * of a string; 0 for IN).
   */
  record IoInstruction(
      ExitContext at, int port, int size, boolean in, boolean string, boolean rep, long value)
      implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.IO_INSTRUCTION;
    }

    @Override
    public String detail() {
      return String.format(
          "port 0x%x %s %d%s", port, in ? "in" : "out", size, string ? " string" : "");
    }
  }

  /** Reason 31; {@code msr} is ECX. */
  record MsrRead(ExitContext at, int msr) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.MSR_READ;
    }

    @Override
    public String detail() {
      return String.format("msr 0x%x", msr);
    }
  }

  /** Reason 32; {@code msr} is ECX, {@code value} EDX:EAX. */
  record MsrWrite(ExitContext at, int msr, long value) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.MSR_WRITE;
    }

    @Override
    public String detail() {
      return String.format("msr 0x%x", msr);
    }
  }

  /** Reason 48: the EPT forbids an access to RAM or has no mapping. */
  record EptViolation(
      ExitContext at, long gpa, long linear, boolean read, boolean write, boolean fetch)
      implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.EPT_VIOLATION;
    }

    @Override
    public String detail() {
      return String.format("gpa 0x%x %s", gpa, write ? "write" : fetch ? "fetch" : "read");
    }
  }

  /**
   * Reason 49: an access to MMIO, which KVM marks with an EPT entry that cannot be. {@code size} in
   * bytes.
   */
  record EptMisconfig(ExitContext at, long gpa, boolean write, int size, long value)
      implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.EPT_MISCONFIG;
    }

    @Override
    public String detail() {
      return String.format("gpa 0x%x %s", gpa, write ? "write" : "read");
    }
  }

  /** Reason 54. */
  record Wbinvd(ExitContext at) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.WBINVD;
    }

    @Override
    public String detail() {
      return "";
    }
  }

  /** Reason 55; {@code register} is ECX, {@code value} EDX:EAX. */
  record Xsetbv(ExitContext at, int register, long value) implements VmExit {
    @Override
    public ExitReason reason() {
      return ExitReason.XSETBV;
    }

    @Override
    public String detail() {
      return "xcr" + register;
    }
  }

  /**
   * Any other instruction that exits because a control says so, or always does (INVD, GETSEC, VMX
   * instructions, RDTSC, RDPMC, INVLPG, MWAIT, MONITOR, PAUSE, RDRAND, descriptor-table
   * instructions, …); {@code reason} names it.
   */
  record Instruction(ExitContext at, ExitReason reason, String detail) implements VmExit {}

  /**
   * An event of the VMX machinery itself: monitor trap flag, preemption timer, TPR below threshold,
   * INIT, SIPI.
   */
  record Event(ExitContext at, ExitReason reason, String detail) implements VmExit {}

  /**
   * Reasons 33 and 34: the VM entry failed while it loaded guest state; {@code check} names the
   * failing check.
   */
  record EntryFailure(ExitContext at, ExitReason reason, String check) implements VmExit {
    @Override
    public String detail() {
      return check;
    }
  }
}
