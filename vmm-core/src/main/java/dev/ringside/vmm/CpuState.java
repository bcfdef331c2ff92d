package dev.ringside.vmm;

import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.ProcessorMode;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;

/**
 * A vCPU's architectural state, the same for every processor. Confined to the vCPU's thread: a
 * debugger reads and writes it through {@link VirtualMachine#onVcpuThread}. Writes bypass privilege
 * checks, as a hypervisor's do; the next VM entry checks the result.
 */
public interface CpuState {
  /** A register's value. */
  long read(Register register);

  /**
   * Sets a register. RFLAGS bit 1 is always kept set. Writing CR0, CR3 or CR4 flushes cached
   * translations.
   */
  void write(Register register, long value);

  /** A segment register with its hidden part. */
  Segment read(SegmentRegister register);

  /** Sets a segment register, hidden part included. */
  void write(SegmentRegister register, Segment value);

  DescriptorTable gdtr();

  void gdtr(DescriptorTable value);

  DescriptorTable idtr();

  void idtr(DescriptorTable value);

  /**
   * An MSR's value.
   *
   * @throws UnavailableException if the processor has no such MSR or cannot show it
   */
  long readMsr(int index);

  /**
   * Sets an MSR.
   *
   * @throws UnavailableException if the processor has no such MSR or refuses the value
   */
  void writeMsr(int index, long value);

  /** x87 and SSE state in the 512-byte form of FXSAVE64 (SDM vol. 1, 10.5.1). */
  byte[] fxsave();

  /** Sets x87 and SSE state from the 512-byte form of FXSAVE64. */
  void fxrstor(byte[] image);

  /** The current privilege level, 0 to 3. */
  int cpl();

  ProcessorMode mode();

  /** The linear address of the next instruction: RIP, plus CS's base outside 64-bit mode. */
  default long linearRip() {
    return switch (mode()) {
      case LONG -> read(Register.RIP);
      case REAL, VIRTUAL_8086, PROTECTED_16, PROTECTED_32, COMPATIBILITY_16, COMPATIBILITY_32 ->
          (read(SegmentRegister.CS).base() + read(Register.RIP)) & 0xffff_ffffL;
    };
  }
}
