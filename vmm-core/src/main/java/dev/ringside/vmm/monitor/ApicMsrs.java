package dev.ringside.vmm.monitor;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.device.LocalApic;
import dev.ringside.vmm.x86.Msr;
import java.util.OptionalLong;

/**
 * The MSRs of a vCPU's local APIC: its base, the TSC deadline, and in x2APIC mode its registers.
 */
final class ApicMsrs implements MsrPolicy.BoardMsrs {
  private static final int X2APIC_FIRST = 0x800;
  private static final int X2APIC_LAST = 0x8ff;

  private final LocalApic apic;
  private final CpuState vcpu;

  ApicMsrs(LocalApic apic, CpuState vcpu) {
    this.apic = apic;
    this.vcpu = vcpu;
  }

  @Override
  public OptionalLong read(int msr) {
    if (msr == Msr.IA32_APIC_BASE.index()) {
      return OptionalLong.of(apic.base());
    }
    if (msr == Msr.IA32_TSC_DEADLINE.index()) {
      return OptionalLong.of(apic.tscDeadline());
    }
    return msr >= X2APIC_FIRST && msr <= X2APIC_LAST ? apic.readMsr(msr) : OptionalLong.empty();
  }

  @Override
  public boolean write(int msr, long value) {
    if (msr == Msr.IA32_APIC_BASE.index()) {
      return apic.base(value, false);
    }
    if (msr == Msr.IA32_TSC_DEADLINE.index()) {
      apic.tscDeadline(value, vcpu.readMsr(Msr.IA32_TIME_STAMP_COUNTER.index()));
      return true;
    }
    return msr >= X2APIC_FIRST && msr <= X2APIC_LAST && apic.writeMsr(msr, value);
  }
}
