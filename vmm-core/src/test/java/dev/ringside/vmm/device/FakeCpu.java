package dev.ringside.vmm.device;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.ProcessorMode;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import java.util.EnumMap;
import java.util.Map;

/** Registers of a vCPU in real mode, with nothing behind them. */
final class FakeCpu implements CpuState {
  private final Map<Register, Long> registers = new EnumMap<>(Register.class);
  private final Map<SegmentRegister, Segment> segments = new EnumMap<>(SegmentRegister.class);

  @Override
  public long read(Register register) {
    return registers.getOrDefault(register, 0L);
  }

  @Override
  public void write(Register register, long value) {
    registers.put(register, value);
  }

  @Override
  public Segment read(SegmentRegister register) {
    return segments.getOrDefault(register, Segment.real(0));
  }

  @Override
  public void write(SegmentRegister register, Segment value) {
    segments.put(register, value);
  }

  @Override
  public DescriptorTable gdtr() {
    return new DescriptorTable(0, 0xffff);
  }

  @Override
  public void gdtr(DescriptorTable value) {}

  @Override
  public DescriptorTable idtr() {
    return new DescriptorTable(0, 0x3ff);
  }

  @Override
  public void idtr(DescriptorTable value) {}

  @Override
  public long readMsr(int index) {
    throw new UnavailableException("no MSRs here");
  }

  @Override
  public void writeMsr(int index, long value) {
    throw new UnavailableException("no MSRs here");
  }

  @Override
  public byte[] fxsave() {
    return new byte[512];
  }

  @Override
  public void fxrstor(byte[] image) {}

  @Override
  public int cpl() {
    return 0;
  }

  @Override
  public ProcessorMode mode() {
    return ProcessorMode.REAL;
  }
}
