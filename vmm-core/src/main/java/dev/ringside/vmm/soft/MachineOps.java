package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.GS;
import static dev.ringside.vmm.soft.Processor.RAX;
import static dev.ringside.vmm.soft.Processor.RCX;
import static dev.ringside.vmm.soft.Processor.RDX;
import static dev.ringside.vmm.x86.ControlBits.CR0_PE;
import static dev.ringside.vmm.x86.ControlBits.CR4_OSXSAVE;
import static dev.ringside.vmm.x86.ControlBits.CR4_PCE;
import static dev.ringside.vmm.x86.ControlBits.CR4_TSD;

import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Binds the rest: HLT, CPUID, MSRs, time-stamp counter, caches and TLB, XCR0, VMX instructions. */
final class MachineOps implements OpFactory.Binder {
  /** x87 and SSE: the bits of XCR0 that can be set. */
  static final long XCR0_SUPPORTED = 3;

  private final Processor c;
  private final Units units;
  private final VmxOperation vmx;

  MachineOps(Units units) {
    this.c = units.c;
    this.units = units;
    this.vmx = units.vmx;
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case HLT -> new SystemOp(i, this::halt);
      case CPUID -> new SystemOp(i, this::cpuid);
      case RDMSR -> new SystemOp(i, this::readMsr);
      case WRMSR -> new SystemOp(i, this::writeMsr);
      case RDTSC -> new SystemOp(i, op -> readTsc(op, false));
      case RDTSCP -> new SystemOp(i, op -> readTsc(op, true));
      case RDPMC -> new SystemOp(i, this::readCounter);
      case XGETBV -> new SystemOp(i, this::readXcr);
      case XSETBV -> new SystemOp(i, this::writeXcr);
      case INVLPG -> invalidatePage(i, mode);
      case INVD -> new SystemOp(i, op -> cache(op, ExitReason.INVD, true));
      case WBINVD, WBNOINVD ->
          new SystemOp(i, op -> cache(op, ExitReason.WBINVD, vmx.controls.wbinvd));
      case SWAPGS -> new SystemOp(i, op -> swapGs());
      case PAUSE ->
          new SystemOp(i, op -> exitIf(op, ExitReason.PAUSE_INSTRUCTION, vmx.controls.pause));
      case MONITOR -> new SystemOp(i, this::monitor);
      case MWAIT -> new SystemOp(i, this::mwait);
      case RDRAND -> random(i, ExitReason.RDRAND);
      case RDSEED -> random(i, ExitReason.RDSEED);
      case INVPCID -> invalidateContext(i, mode);
      case VMCALL -> new SystemOp(i, this::hypercall);
      case VMCLEAR -> vmxInstruction(i, ExitReason.VMCLEAR);
      case VMLAUNCH -> vmxInstruction(i, ExitReason.VMLAUNCH);
      case VMPTRLD -> vmxInstruction(i, ExitReason.VMPTRLD);
      case VMPTRST -> vmxInstruction(i, ExitReason.VMPTRST);
      case VMREAD -> vmxInstruction(i, ExitReason.VMREAD);
      case VMRESUME -> vmxInstruction(i, ExitReason.VMRESUME);
      case VMWRITE -> vmxInstruction(i, ExitReason.VMWRITE);
      case VMXOFF -> vmxInstruction(i, ExitReason.VMOFF);
      case VMXON -> vmxInstruction(i, ExitReason.VMON);
      case INVEPT -> vmxInstruction(i, ExitReason.INVEPT);
      case INVVPID -> vmxInstruction(i, ExitReason.INVVPID);
      case VMFUNC, RSM ->
          new SystemOp(
              i,
              op -> {
                throw c.exception(Vector.UD);
              });
      default -> null;
    };
  }

  private void requireRing0() {
    if (c.cpl != 0) {
      throw c.exception(Vector.GP, 0);
    }
  }

  private void exitIf(SystemOp op, ExitReason reason, boolean control) {
    if (control && !vmx.emulating) {
      throw vmx.instruction(op, reason, 0);
    }
  }

  private void halt(SystemOp op) {
    requireRing0();
    if (vmx.controls.hlt && !vmx.emulating) {
      throw vmx.exit(ExitReason.HLT, 0, op.length, VmExit.Hlt::new);
    }
    c.activity = Processor.HALTED;
    c.attention |= Attention.INACTIVE;
  }

  private void cpuid(SystemOp op) {
    int leaf = (int) c.gpr[RAX];
    int subleaf = (int) c.gpr[RCX];
    throw vmx.exit(ExitReason.CPUID, 0, op.length, at -> new VmExit.Cpuid(at, leaf, subleaf));
  }

  private long edxEax() {
    return c.gpr[RDX] << 32 | (c.gpr[RAX] & 0xffff_ffffL);
  }

  private void setEdxEax(long value) {
    c.gpr[RAX] = value & 0xffff_ffffL;
    c.gpr[RDX] = value >>> 32;
  }

  private void readMsr(SystemOp op) {
    requireRing0();
    int msr = (int) c.gpr[RCX];
    if (vmx.msrExits(msr, false)) {
      throw vmx.exit(ExitReason.MSR_READ, 0, op.length, at -> new VmExit.MsrRead(at, msr));
    }
    OptionalLong value = units.msrs.read(msr);
    setEdxEax(value.orElseThrow(() -> c.exception(Vector.GP, 0)));
  }

  private void writeMsr(SystemOp op) {
    requireRing0();
    int msr = (int) c.gpr[RCX];
    long value = edxEax();
    if (vmx.msrExits(msr, true)) {
      throw vmx.exit(ExitReason.MSR_WRITE, 0, op.length, at -> new VmExit.MsrWrite(at, msr, value));
    }
    if (!units.msrs.write(msr, value)) {
      throw c.exception(Vector.GP, 0);
    }
  }

  private void readTsc(SystemOp op, boolean withAux) {
    if (withAux && !vmx.controls.rdtscp) {
      throw c.exception(Vector.UD);
    }
    if ((c.cr4 & CR4_TSD) != 0 && c.cpl != 0) {
      throw c.exception(Vector.GP, 0);
    }
    exitIf(op, withAux ? ExitReason.RDTSCP : ExitReason.RDTSC, vmx.controls.rdtsc);
    setEdxEax(vmx.tsc());
    if (withAux) {
      c.gpr[RCX] = c.tscAux;
    }
  }

  private void readCounter(SystemOp op) {
    boolean allowed = c.cpl == 0 || (c.cr4 & CR4_PCE) != 0 || (c.cr0 & CR0_PE) == 0;
    if (!allowed) {
      throw c.exception(Vector.GP, 0);
    }
    exitIf(op, ExitReason.RDPMC, vmx.controls.rdpmc);
    // There are no counters.
    throw c.exception(Vector.GP, 0);
  }

  private void readXcr(SystemOp op) {
    if ((vmx.guestCr4() & CR4_OSXSAVE) == 0) {
      throw c.exception(Vector.UD);
    }
    if ((int) c.gpr[RCX] != 0) {
      throw c.exception(Vector.GP, 0);
    }
    setEdxEax(c.xcr0);
  }

  private void writeXcr(SystemOp op) {
    if ((vmx.guestCr4() & CR4_OSXSAVE) == 0) {
      throw c.exception(Vector.UD);
    }
    int register = (int) c.gpr[RCX];
    long value = edxEax();
    if (!vmx.emulating) {
      requireRing0();
      throw vmx.exit(ExitReason.XSETBV, 0, op.length, at -> new VmExit.Xsetbv(at, register, value));
    }
    if (c.cpl != 0 || register != 0 || (value & ~XCR0_SUPPORTED) != 0 || (value & 1) == 0) {
      throw c.exception(Vector.GP, 0);
    }
    c.xcr0 = value;
  }

  private Op invalidatePage(Instruction i, CodeMode mode) {
    Address m = Address.of(i, mode);
    return new SystemOp(
        i,
        op -> {
          requireRing0();
          long linear =
              mode.isLong()
                  ? m.at(c, m.offset(c), 1, false)
                  : (c.segmentBase[m.segment] + m.offset(c)) & 0xffff_ffffL;
          exitIf(op, ExitReason.INVLPG, vmx.controls.invlpg, linear);
          if (PageWalker.isCanonical(linear)) {
            c.memory.flushPage(linear);
          }
        });
  }

  private void exitIf(SystemOp op, ExitReason reason, boolean control, long qualification) {
    if (control && !vmx.emulating) {
      throw vmx.instruction(op, reason, qualification);
    }
  }

  /** CPUID reports no random numbers: without the exit they are undefined. */
  private Op random(Instruction i, ExitReason reason) {
    return new SystemOp(
        i,
        op -> {
          boolean control = reason == ExitReason.RDRAND ? vmx.controls.rdrand : vmx.controls.rdseed;
          if (!control || vmx.emulating) {
            throw c.exception(Vector.UD);
          }
          ExitSignal e = vmx.instruction(op, reason, 0);
          vmx.set(VmcsField.VM_EXIT_INSTRUCTION_INFORMATION, ExitInformation.random(i));
          throw e;
        });
  }

  /** INVPCID; there are no PCIDs, so that every type forgets everything. */
  private Op invalidateContext(Instruction i, CodeMode mode) {
    int register = i.registerNumber(0);
    Address m = Address.of(i, mode);
    return new SystemOp(
        i,
        op -> {
          if (!vmx.controls.invpcid) {
            throw c.exception(Vector.UD);
          }
          requireRing0();
          if (vmx.controls.invlpg && !vmx.emulating) {
            ExitSignal e = vmx.instruction(op, ExitReason.INVPCID, i.displacement());
            vmx.set(
                VmcsField.VM_EXIT_INSTRUCTION_INFORMATION,
                ExitInformation.memoryOperand(i, register));
            throw e;
          }
          long type = mode.isLong() ? c.gpr[register] : c.gpr[register] & 0xffff_ffffL;
          long linear = m.read(c, 16);
          long context = c.memory.readLong(linear);
          long address = c.memory.readLong(c.memory.wrap(linear + 8));
          boolean single = type == 0 && !PageWalker.isCanonical(address);
          if (Long.compareUnsigned(type, 3) > 0
              || context >>> 12 != 0
              || (type < 2 && context != 0)
              || single) {
            throw c.exception(Vector.GP, 0);
          }
          c.memory.flush();
        });
  }

  private void cache(SystemOp op, ExitReason reason, boolean exits) {
    requireRing0();
    if (exits && !vmx.emulating) {
      if (reason == ExitReason.WBINVD) {
        throw vmx.exit(reason, 0, op.length, VmExit.Wbinvd::new);
      }
      throw vmx.instruction(op, reason, 0);
    }
  }

  private void swapGs() {
    if (!c.mode.isLong()) {
      throw c.exception(Vector.UD);
    }
    requireRing0();
    long base = c.segmentBase[GS];
    c.segmentBase[GS] = c.kernelGsBase;
    c.kernelGsBase = base;
  }

  private void monitor(SystemOp op) {
    if (c.cpl != 0) {
      throw c.exception(Vector.UD);
    }
    exitIf(op, ExitReason.MONITOR_INSTRUCTION, vmx.controls.monitor);
    if ((int) c.gpr[RCX] != 0) {
      throw c.exception(Vector.GP, 0);
    }
    c.memory.checkRead(
        units.segmentation.linear(op.instruction.memorySegment(), c.gpr[RAX], 1, false));
  }

  /** Without the monitor armed by a store of another processor, MWAIT goes on at once. */
  private void mwait(SystemOp op) {
    if (c.cpl != 0) {
      throw c.exception(Vector.UD);
    }
    exitIf(op, ExitReason.MWAIT_INSTRUCTION, vmx.controls.mwait);
  }

  private void hypercall(SystemOp op) {
    long number = c.gpr[RAX];
    throw vmx.exit(ExitReason.VMCALL, 0, op.length, at -> new VmExit.Vmcall(at, number));
  }

  private Op vmxInstruction(Instruction i, ExitReason reason) {
    return new SystemOp(
        i,
        op -> {
          boolean compatibility = units.segmentation.isLongMode() && !c.mode.isLong();
          if (!units.segmentation.isProtected() || compatibility) {
            throw c.exception(Vector.UD);
          }
          int memory = i.memoryOperand();
          long displacement = memory >= 0 ? i.displacement() : 0;
          if (memory >= 0 && i.memoryBase() == 16) {
            displacement += i.nextAddress();
          }
          ExitSignal e = vmx.instruction(op, reason, displacement);
          if (memory >= 0) {
            vmx.set(
                VmcsField.VM_EXIT_INSTRUCTION_INFORMATION,
                ExitInformation.memoryOperand(i, register(i)));
          }
          throw e;
        });
  }

  private static int register(Instruction i) {
    for (int n = 0; n < i.operandCount(); n++) {
      if (i.operandKind(n) == OperandKind.REGISTER) {
        return i.registerNumber(n);
      }
    }
    return -1;
  }
}
