package dev.ringside.vmm.device;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;

/**
 * A software interrupt in progress: the caller's registers, and the flags that the IRET of the
 * service's stub will give back, which lie on the caller's stack above IP and CS.
 */
final class RealModeCall {
  private static final int FLAGS_ON_STACK = 4;

  private final CpuState cpu;
  private final GuestMemory memory;

  RealModeCall(CpuState cpu, GuestMemory memory) {
    this.cpu = cpu;
    this.memory = memory;
  }

  GuestMemory memory() {
    return memory;
  }

  /** The low 16 bits of a register. */
  int word(Register register) {
    return (int) cpu.read(register) & 0xffff;
  }

  void word(Register register, int value) {
    cpu.write(register, cpu.read(register) & ~0xffffL | value & 0xffff);
  }

  /** The low 32 bits of a register. */
  int dword(Register register) {
    return (int) cpu.read(register);
  }

  void dword(Register register, int value) {
    cpu.write(register, value & 0xffff_ffffL);
  }

  /** AL, BL, CL or DL. */
  int low(Register register) {
    return word(register) & 0xff;
  }

  void low(Register register, int value) {
    word(register, word(register) & 0xff00 | value & 0xff);
  }

  /** AH, BH, CH or DH. */
  int high(Register register) {
    return word(register) >> 8;
  }

  void high(Register register, int value) {
    word(register, word(register) & 0xff | (value & 0xff) << 8);
  }

  /** The linear address of {@code segment:offset}. */
  long address(SegmentRegister segment, int offset) {
    return cpu.read(segment).base() + (offset & 0xffff);
  }

  /** Loads a segment register as real mode does. */
  void segment(SegmentRegister register, int selector) {
    cpu.write(register, Segment.real(selector));
  }

  /** The carry flag that the caller gets back. */
  void carry(boolean set) {
    flag(ControlBits.FLAG_CF, set);
  }

  /** The zero flag that the caller gets back. */
  void zero(boolean set) {
    flag(ControlBits.FLAG_ZF, set);
  }

  private void flag(int bit, boolean set) {
    long at = address(SegmentRegister.SS, word(Register.RSP) + FLAGS_ON_STACK);
    if (memory.isRam(at, 2)) {
      int flags = memory.readShort(at);
      memory.writeShort(at, set ? flags | bit : flags & ~bit);
    }
  }

  /**
   * Says whether the stub shall wait for an interrupt and call the service again, through its own
   * carry flag.
   */
  void again(boolean again) {
    long flags = cpu.read(Register.RFLAGS);
    cpu.write(
        Register.RFLAGS, again ? flags | ControlBits.FLAG_CF : flags & ~(long) ControlBits.FLAG_CF);
  }
}
