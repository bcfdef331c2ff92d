package dev.ringside.vmm.soft;

import dev.ringside.vmm.PhysicalBus;
import dev.ringside.vmm.RunLimit;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.vmx.VmxControl;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * A vCPU in 64-bit mode, ring 0, under identity page tables, with an IDT whose handlers halt at an
 * address that tells the vector. Code is given as bytes.
 */
final class LongModeGuest implements AutoCloseable {
  static final long TABLES = 0x1_0000;
  static final long GDT = 0x2_0000;
  static final long IDT = 0x2_1000;
  static final long TSS = 0x2_2000;
  static final long STUBS = 0x3_0000;
  static final long CODE = 0x4_0000;
  static final long STACK = 0x5_0000;
  static final long DATA = 0x6_0000;
  static final long RAM = 4 << 20;

  private final Arena arena = Arena.ofConfined();
  final GuestMemory ram = new GuestMemory(arena.allocate(RAM, 4096));
  final SoftVcpu vcpu = new SoftVcpu(0, ram);

  /** An exception that a handler met. */
  record Fault(int vector, int errorCode) {}

  /** Writes that answer reads: a port reads as its number. */
  static final class Bus implements PhysicalBus {
    final List<String> log = new ArrayList<>();

    @Override
    public long readPort(int port, int size) {
      log.add(String.format("in %x %d", port, size));
      return port;
    }

    @Override
    public void writePort(int port, int size, long value) {
      log.add(String.format("out %x %d %x", port, size, value));
    }

    @Override
    public boolean claims(long gpa) {
      return true;
    }

    @Override
    public long readMemory(long gpa, int size) {
      log.add(String.format("read %x %d", gpa, size));
      return 0x1122334455667788L & (-1L >>> (64 - 8 * size));
    }

    @Override
    public void writeMemory(long gpa, int size, long value) {
      log.add(String.format("write %x %d %x", gpa, size, value));
    }
  }

  LongModeGuest(int... code) {
    ram.writeLong(TABLES, TABLES + 0x1000 | 7);
    for (int i = 0; i < 4; i++) {
      ram.writeLong(TABLES + 0x1000 + 8 * i, TABLES + 0x2000 + 0x1000L * i | 7);
      for (int k = 0; k < 512; k++) {
        ram.writeLong(TABLES + 0x2000 + 0x1000L * i + 8 * k, (long) (i * 512 + k) << 21 | 0x87);
      }
    }
    ram.writeLong(GDT + 0x08, 0x00af9b000000ffffL);
    ram.writeLong(GDT + 0x10, 0x00cf93000000ffffL);
    ram.writeLong(GDT + 0x20, 0x00cff3000000ffffL);
    ram.writeLong(GDT + 0x28, 0x00affb000000ffffL);
    ram.writeLong(GDT + 0x30, 0x67L | (TSS & 0xffffff) << 16 | 0x8bL << 40);
    ram.writeLong(TSS + 4, STACK + 0x8000);
    for (int v = 0; v < 256; v++) {
      long handler = STUBS + 16L * v;
      ram.writeByte(handler, 0xf4);
      ram.writeLong(
          IDT + 16L * v, (handler & 0xffff) | 0x08L << 16 | 0x8eL << 40 | (handler >> 16) << 48);
    }
    vcpu.gdtr(new DescriptorTable(GDT, 0x3f));
    vcpu.idtr(new DescriptorTable(IDT, 0xfff));
    for (SegmentRegister r : SegmentRegister.values()) {
      vcpu.write(r, Segment.data32(0x10));
    }
    vcpu.write(SegmentRegister.CS, Segment.code64(0x08));
    vcpu.write(SegmentRegister.LDTR, Segment.unusable(0));
    vcpu.write(SegmentRegister.TR, new Segment(0x30, TSS, 0x67, 0x8b));
    vcpu.write(Register.CR4, ControlBits.CR4_PAE);
    vcpu.write(Register.CR3, TABLES);
    vcpu.writeMsr(Msr.IA32_EFER.index(), ControlBits.EFER_LME | ControlBits.EFER_NXE);
    vcpu.write(Register.CR0, ControlBits.CR0_PG | ControlBits.CR0_PE | ControlBits.CR0_NE);
    vcpu.write(Register.RSP, STACK);
    vcpu.write(Register.RIP, CODE);
    code(code);
  }

  /** Puts other code where the guest starts. */
  LongModeGuest code(int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      ram.writeByte(CODE + i, bytes[i]);
    }
    return this;
  }

  LongModeGuest with(Register register, long value) {
    vcpu.write(register, value);
    return this;
  }

  LongModeGuest with(VmcsField field, long value) {
    vcpu.vmcs().write(field, value);
    return this;
  }

  LongModeGuest with(VmxControl control) {
    return with(control.field(), read(control.field()) | control.mask());
  }

  LongModeGuest without(VmxControl control) {
    return with(control.field(), read(control.field()) & ~control.mask());
  }

  /** In ring 3, with IOPL 0. */
  LongModeGuest inRing3() {
    vcpu.write(SegmentRegister.CS, new Segment(0x2b, 0, -1, 0xa0fb));
    vcpu.write(SegmentRegister.SS, new Segment(0x23, 0, -1, 0xc0f3));
    return this;
  }

  long read(VmcsField field) {
    return vcpu.vmcs().read(field).orElseThrow();
  }

  RunResult run() {
    return run(1000);
  }

  RunResult run(long instructions) {
    return vcpu.run(new RunLimit(vcpu.instructions() + instructions, false, false));
  }

  /** Runs to the next exit. */
  VmExit exit() {
    RunResult result = run();
    if (result instanceof RunResult.Exited(VmExit exit)) {
      return exit;
    }
    throw new AssertionError(result.toString());
  }

  /** Runs until a handler halts. */
  Fault fault() {
    VmExit exit = exit();
    long rip = exit.at().rip();
    if (exit instanceof VmExit.Hlt && rip >= STUBS && rip < STUBS + 0x1000) {
      int vector = (int) (rip - STUBS) >> 4;
      return new Fault(vector, (int) ram.readLong(vcpu.read(Register.RSP)));
    }
    throw new AssertionError(exit.toString());
  }

  @Override
  public void close() {
    vcpu.close();
    arena.close();
  }
}
