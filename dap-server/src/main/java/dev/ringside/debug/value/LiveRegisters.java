package dev.ringside.debug.value;

import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import java.util.Arrays;

/** A processor's registers by {@link MachineRegister}. */
public final class LiveRegisters {
  private LiveRegisters() {}

  /** A register's bytes, lowest first. */
  public static byte[] read(CpuState cpu, MachineRegister register) {
    return switch (register) {
      case MachineRegister.Saved saved ->
          Arrays.copyOfRange(cpu.fxsave(), saved.offset(), saved.offset() + saved.bits() / 8);
      case MachineRegister.Part p -> LittleEndian.bytes(number(cpu, p), (p.bits() + 7) / 8);
      case MachineRegister.Selector s -> LittleEndian.bytes(cpu.read(s.segment()).selector(), 2);
      case MachineRegister.Base b -> LittleEndian.bytes(cpu.read(b.segment()).base(), 8);
      case MachineRegister.Table t -> {
        DescriptorTable table = t.interrupts() ? cpu.idtr() : cpu.gdtr();
        yield t.base() ? LittleEndian.bytes(table.base(), 8) : LittleEndian.bytes(table.limit(), 2);
      }
    };
  }

  /** A part's value, zero-extended. */
  public static long number(CpuState cpu, MachineRegister.Part part) {
    return LittleEndian.extend(cpu.read(part.register()) >>> part.shift(), part.bits(), false);
  }

  /**
   * Sets a register. A 32-bit part of a general register clears the upper half, as an instruction's
   * write does; 8 and 16 bits leave the rest.
   */
  public static void write(CpuState cpu, MachineRegister register, byte[] bytes) {
    long value = LittleEndian.unsigned(bytes, 0, Math.min(8, bytes.length));
    switch (register) {
      case MachineRegister.Part p -> {
        Register whole = p.register();
        long mask = LittleEndian.extend(-1L, p.bits(), false) << p.shift();
        boolean clears = p.bits() == 32 && whole != Register.RFLAGS;
        long old = clears ? 0 : cpu.read(whole) & ~mask;
        cpu.write(whole, old | value << p.shift() & mask);
      }
      case MachineRegister.Selector s -> {
        Segment old = cpu.read(s.segment());
        cpu.write(
            s.segment(),
            new Segment((int) value & 0xffff, old.base(), old.limit(), old.accessRights()));
      }
      case MachineRegister.Base b -> {
        Segment old = cpu.read(b.segment());
        cpu.write(b.segment(), new Segment(old.selector(), value, old.limit(), old.accessRights()));
      }
      case MachineRegister.Saved saved -> {
        byte[] image = cpu.fxsave();
        int length = Math.min(bytes.length, saved.bits() / 8);
        System.arraycopy(bytes, 0, image, saved.offset(), length);
        cpu.fxrstor(image);
      }
      case MachineRegister.Table t -> {
        DescriptorTable old = t.interrupts() ? cpu.idtr() : cpu.gdtr();
        DescriptorTable changed =
            t.base()
                ? new DescriptorTable(value, old.limit())
                : new DescriptorTable(old.base(), (int) value & 0xffff);
        if (t.interrupts()) {
          cpu.idtr(changed);
        } else {
          cpu.gdtr(changed);
        }
      }
    }
  }
}
