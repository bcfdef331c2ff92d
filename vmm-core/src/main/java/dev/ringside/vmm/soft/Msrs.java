package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.FS;
import static dev.ringside.vmm.soft.Processor.GS;

import java.util.OptionalLong;

/** The model-specific registers that the processor itself acts on (SDM vol. 4, table 2-2). */
final class Msrs {
  private static final int TSC = 0x10;
  private static final int SYSENTER_CS = 0x174;
  private static final int SYSENTER_ESP = 0x175;
  private static final int SYSENTER_EIP = 0x176;
  private static final int DEBUGCTL = 0x1d9;
  private static final int PAT = 0x277;
  private static final int EFER = 0xc000_0080;
  private static final int STAR = 0xc000_0081;
  private static final int LSTAR = 0xc000_0082;
  private static final int CSTAR = 0xc000_0083;
  private static final int FMASK = 0xc000_0084;
  private static final int FS_BASE = 0xc000_0100;
  private static final int GS_BASE = 0xc000_0101;
  private static final int KERNEL_GS_BASE = 0xc000_0102;
  private static final int TSC_AUX = 0xc000_0103;

  private static final long DEBUGCTL_BITS = 0x3;

  private final Processor c;
  private final VmxOperation vmx;
  private final ControlRegisters controlRegisters;

  Msrs(Processor c, VmxOperation vmx, ControlRegisters controlRegisters) {
    this.c = c;
    this.vmx = vmx;
    this.controlRegisters = controlRegisters;
  }

  /** The value; empty if the processor has no such MSR. */
  OptionalLong read(int msr) {
    return switch (msr) {
      case TSC -> OptionalLong.of(vmx.tsc());
      case SYSENTER_CS -> OptionalLong.of(c.sysenterCs);
      case SYSENTER_ESP -> OptionalLong.of(c.sysenterEsp);
      case SYSENTER_EIP -> OptionalLong.of(c.sysenterEip);
      case DEBUGCTL -> OptionalLong.of(c.debugctl);
      case PAT -> OptionalLong.of(c.pat);
      case EFER -> OptionalLong.of(c.efer);
      case STAR -> OptionalLong.of(c.star);
      case LSTAR -> OptionalLong.of(c.lstar);
      case CSTAR -> OptionalLong.of(c.cstar);
      case FMASK -> OptionalLong.of(c.fmask);
      case FS_BASE -> OptionalLong.of(c.segmentBase[FS]);
      case GS_BASE -> OptionalLong.of(c.segmentBase[GS]);
      case KERNEL_GS_BASE -> OptionalLong.of(c.kernelGsBase);
      case TSC_AUX -> OptionalLong.of(c.tscAux);
      default -> OptionalLong.empty();
    };
  }

  /** Sets it as WRMSR does; false for #GP(0): no such MSR, or a value that it refuses. */
  boolean write(int msr, long value) {
    if (!accepts(msr, value)) {
      return false;
    }
    switch (msr) {
      case TSC -> c.tscBase += value - vmx.tsc();
      case SYSENTER_CS -> c.sysenterCs = value & 0xffff_ffffL;
      case SYSENTER_ESP -> c.sysenterEsp = value;
      case SYSENTER_EIP -> c.sysenterEip = value;
      case DEBUGCTL -> c.debugctl = value;
      case PAT -> c.pat = value;
      case EFER -> {
        return controlRegisters.efer(value);
      }
      case STAR -> c.star = value;
      case LSTAR -> c.lstar = value;
      case CSTAR -> c.cstar = value;
      case FMASK -> c.fmask = value & 0xffff_ffffL;
      case FS_BASE -> c.segmentBase[FS] = value;
      case GS_BASE -> c.segmentBase[GS] = value;
      case KERNEL_GS_BASE -> c.kernelGsBase = value;
      case TSC_AUX -> c.tscAux = value & 0xffff_ffffL;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Whether WRMSR of that value would not fault now. */
  boolean accepts(int msr, long value) {
    return switch (msr) {
      case SYSENTER_ESP, SYSENTER_EIP, LSTAR, CSTAR, FS_BASE, GS_BASE, KERNEL_GS_BASE ->
          PageWalker.isCanonical(value);
      case DEBUGCTL -> (value & ~DEBUGCTL_BITS) == 0;
      case PAT -> isPat(value);
      case FMASK, TSC_AUX -> value >>> 32 == 0;
      case EFER -> controlRegisters.acceptsEfer(value);
      case TSC, SYSENTER_CS, STAR -> true;
      default -> false;
    };
  }

  private static boolean isPat(long value) {
    for (int i = 0; i < 64; i += 8) {
      long type = value >>> i & 0xff;
      if (type > 7 || type == 2 || type == 3) {
        return false;
      }
    }
    return true;
  }
}
