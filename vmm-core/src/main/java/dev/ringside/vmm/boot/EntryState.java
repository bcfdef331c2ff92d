package dev.ringside.vmm.boot;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import java.util.EnumMap;
import java.util.Map;

/**
 * The state in which the first vCPU starts. Registers that are not named are zero (RFLAGS: bit 1
 * alone).
 *
 * @param registers general registers, RIP, RFLAGS and control registers
 * @param segments every segment register
 * @param gdtr the global descriptor table
 * @param idtr the interrupt descriptor table
 * @param efer IA32_EFER
 */
public record EntryState(
    Map<Register, Long> registers,
    Map<SegmentRegister, Segment> segments,
    DescriptorTable gdtr,
    DescriptorTable idtr,
    long efer) {

  /**
   * The order matters: segments and paging first, CR0 once everything that it switches on is in
   * place.
   */
  private static final Register[] CONTROL = {Register.CR4, Register.CR3, Register.CR0};

  /** Takes unmodifiable copies. */
  public EntryState {
    registers = Map.copyOf(registers);
    segments = Map.copyOf(segments);
  }

  /** A register's value at entry. */
  public long register(Register register) {
    return registers.getOrDefault(register, register == Register.RFLAGS ? 2L : 0L);
  }

  /** A segment register at entry. */
  public Segment segment(SegmentRegister register) {
    return segments.getOrDefault(register, Segment.unusable(0));
  }

  /** Sets a vCPU to this state. Call on the vCPU's thread before it first runs. */
  public void applyTo(CpuState cpu) {
    segments.forEach(cpu::write);
    cpu.gdtr(gdtr);
    cpu.idtr(idtr);
    for (Register control : CONTROL) {
      if (control == Register.CR0) {
        cpu.writeMsr(Msr.IA32_EFER.index(), efer);
      }
      cpu.write(control, register(control));
    }
    for (Register register : Register.values()) {
      if (register.isGeneral()) {
        cpu.write(register, register(register));
      }
    }
    cpu.write(Register.RFLAGS, register(Register.RFLAGS));
    cpu.write(Register.RIP, register(Register.RIP));
  }

  /**
   * Flat 32-bit protected mode without paging, under a descriptor table that a loader has written.
   */
  static EntryState protectedMode(DescriptorTable gdt, Map<Register, Long> registers) {
    Map<Register, Long> all = new EnumMap<>(registers);
    all.put(Register.CR0, ControlBits.CR0_PE | ControlBits.CR0_ET);
    return new EntryState(
        all, flat(Segment.code32(BootTables.CODE)), gdt, new DescriptorTable(0, 0), 0);
  }

  /** 64-bit mode under page tables that a loader has written. */
  static EntryState longMode(DescriptorTable gdt, long cr3, Map<Register, Long> registers) {
    Map<Register, Long> all = new EnumMap<>(registers);
    all.put(Register.CR0, ControlBits.CR0_PE | ControlBits.CR0_ET | ControlBits.CR0_PG);
    all.put(Register.CR3, cr3);
    all.put(Register.CR4, ControlBits.CR4_PAE);
    return new EntryState(
        all,
        flat(Segment.code64(BootTables.CODE)),
        gdt,
        new DescriptorTable(0, 0),
        ControlBits.EFER_LME | ControlBits.EFER_LMA);
  }

  private static Map<SegmentRegister, Segment> flat(Segment code) {
    Segment data = Segment.data32(BootTables.DATA);
    Map<SegmentRegister, Segment> segments = new EnumMap<>(SegmentRegister.class);
    for (SegmentRegister register : SegmentRegister.values()) {
      segments.put(register, data);
    }
    segments.put(SegmentRegister.CS, code);
    segments.put(SegmentRegister.LDTR, Segment.unusable(0));
    segments.put(SegmentRegister.TR, new Segment(BootTables.TASK, 0, 0x67, 0x8b));
    return segments;
  }

  /** Real mode at 0:{@code ip}, with every segment at 0. */
  static EntryState realMode(Map<Register, Long> registers) {
    Map<Register, Long> all = new EnumMap<>(registers);
    all.put(Register.CR0, ControlBits.CR0_ET);
    Map<SegmentRegister, Segment> segments = new EnumMap<>(SegmentRegister.class);
    for (SegmentRegister register : SegmentRegister.values()) {
      segments.put(register, Segment.real(0));
    }
    segments.put(SegmentRegister.CS, new Segment(0, 0, 0xffff, 0x9b));
    segments.put(SegmentRegister.LDTR, Segment.unusable(0));
    segments.put(SegmentRegister.TR, new Segment(0, 0, 0xffff, 0x8b));
    return new EntryState(
        all, segments, new DescriptorTable(0, 0xffff), new DescriptorTable(0, 0x3ff), 0);
  }
}
