package dev.ringside.vmm.monitor;

import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.PhysicalBus;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Vector;
import java.util.OptionalLong;

/**
 * Handles the VM exits of one vCPU: decides what each means for the guest and completes the exiting
 * instruction. Confined to the vCPU's thread.
 */
public final class ExitHandler {
  /**
   * What KVM answers to a hypercall it does not know (Documentation/virt/kvm/x86/hypercalls.rst).
   */
  private static final long KVM_ENOSYS = -1000;

  /** What KVM answers to a hypercall from outside ring 0. */
  private static final long KVM_EPERM = -1;

  private static final long DR6_RESERVED_ONES = 0xffff_0ff0L;

  private final Vcpu vcpu;
  private final PhysicalBus bus;
  private final CpuidPolicy cpuid;
  private final MsrPolicy msrs;

  /** For one vCPU. */
  public ExitHandler(Vcpu vcpu, PhysicalBus bus, CpuidPolicy cpuid, MsrPolicy msrs) {
    this.vcpu = vcpu;
    this.bus = bus;
    this.cpuid = cpuid;
    this.msrs = msrs;
  }

  /** Handles one exit, so that the next {@link Vcpu#run} goes on behind it. */
  public Handled handle(VmExit exit) {
    return switch (exit) {
      case VmExit.Cpuid e -> cpuid(e);
      case VmExit.IoInstruction e -> emulate();
      case VmExit.EptMisconfig e -> emulate();
      case VmExit.EptViolation e -> unbacked(e);
      case VmExit.MsrRead e -> readMsr(e);
      case VmExit.MsrWrite e -> writeMsr(e);
      case VmExit.Hlt e -> {
        vcpu.skipInstruction();
        yield new Handled.Halt((vcpu.read(Register.RFLAGS) & ControlBits.FLAG_IF) != 0);
      }
      case VmExit.Vmcall e -> hypercall();
      case VmExit.CrAccess e -> emulate();
      case VmExit.DrAccess e -> emulate();
      case VmExit.Wbinvd e -> emulate();
      case VmExit.Xsetbv e -> emulate();
      case VmExit.TaskSwitch e -> emulate();
      case VmExit.ExceptionNmi e -> reflect(e);
      case VmExit.ExternalInterrupt e -> Handled.RESUME;
      case VmExit.InterruptWindow e -> {
        vcpu.requestInterruptWindow(false);
        yield Handled.RESUME;
      }
      case VmExit.NmiWindow e -> Handled.RESUME;
      case VmExit.TripleFault e -> new Handled.End(new GuestEnd.TripleFault(""));
      case VmExit.Instruction e -> other(e);
      case VmExit.Event e -> Handled.RESUME;
      case VmExit.EntryFailure e ->
          new Handled.End(new GuestEnd.CannotContinue("VM entry failed: " + e.check()));
    };
  }

  private Handled cpuid(VmExit.Cpuid e) {
    CpuidPolicy.Answer answer = cpuid.answer(e.leaf(), e.subleaf(), vcpu, vcpu.id());
    vcpu.write(Register.RAX, answer.eax() & 0xffff_ffffL);
    vcpu.write(Register.RBX, answer.ebx() & 0xffff_ffffL);
    vcpu.write(Register.RCX, answer.ecx() & 0xffff_ffffL);
    vcpu.write(Register.RDX, answer.edx() & 0xffff_ffffL);
    vcpu.skipInstruction();
    return Handled.RESUME;
  }

  private Handled emulate() {
    vcpu.emulate(bus);
    return Handled.RESUME;
  }

  private Handled unbacked(VmExit.EptViolation e) {
    if (!e.fetch()) {
      return emulate();
    }
    return new Handled.End(
        new GuestEnd.CannotContinue(
            String.format(
                "instruction fetch from unbacked memory: linear address 0x%x, guest-physical 0x%x",
                e.linear(), e.gpa())));
  }

  private Handled readMsr(VmExit.MsrRead e) {
    OptionalLong value = msrs.read(e.msr(), vcpu);
    if (value.isPresent()) {
      vcpu.finishMsrRead(value.getAsLong());
    } else {
      vcpu.injectException(Vector.GP, true, 0);
    }
    return Handled.RESUME;
  }

  private Handled writeMsr(VmExit.MsrWrite e) {
    if (msrs.write(e.msr(), e.value(), vcpu)) {
      vcpu.finishMsrWrite();
    } else {
      vcpu.injectException(Vector.GP, true, 0);
    }
    return Handled.RESUME;
  }

  private Handled hypercall() {
    vcpu.write(Register.RAX, vcpu.cpl() == 0 ? KVM_ENOSYS : KVM_EPERM);
    vcpu.skipInstruction();
    return Handled.RESUME;
  }

  /** An exception that the bitmap selects and that is the guest's own: it gets it back. */
  private Handled reflect(VmExit.ExceptionNmi e) {
    if (e.vector() == Vector.DB) {
      long cause = e.at().qualification();
      vcpu.write(Register.DR6, (vcpu.read(Register.DR6) & ~0xfL) | cause | DR6_RESERVED_ONES);
      vcpu.write(Register.DR7, vcpu.read(Register.DR7) & ~(1L << 13));
    }
    if (e.vector() != Vector.NMI) {
      vcpu.injectException(e.vector(), e.hasErrorCode(), e.errorCode());
    }
    return Handled.RESUME;
  }

  private Handled other(VmExit.Instruction e) {
    return switch (e.reason()) {
      // The guest's CPUID has no VMX, SMX or MONITOR: what hardware would answer to their
      // instructions.
      case VMCLEAR,
          VMLAUNCH,
          VMPTRLD,
          VMPTRST,
          VMREAD,
          VMRESUME,
          VMWRITE,
          VMOFF,
          VMON,
          INVEPT,
          INVVPID,
          VMFUNC,
          GETSEC,
          MONITOR_INSTRUCTION,
          MWAIT_INSTRUCTION -> {
        vcpu.injectException(Vector.UD, false, 0);
        yield Handled.RESUME;
      }
      case RDPMC -> {
        vcpu.injectException(Vector.GP, true, 0);
        yield Handled.RESUME;
      }
      default -> emulate();
    };
  }
}
