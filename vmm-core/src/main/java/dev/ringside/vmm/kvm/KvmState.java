package dev.ringside.vmm.kvm;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.ProcessorMode;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A KVM vCPU's registers: fetched when first asked for after a run, written back before the next.
 * Confined to the vCPU's thread.
 */
final class KvmState implements CpuState {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  /** Offsets in struct kvm_regs of RAX to R15 by their number. */
  private static final int[] GENERAL = {
    0, 16, 24, 8, 48, 56, 32, 40, 64, 72, 80, 88, 96, 104, 112, 120
  };

  private final int fd;
  private final MemorySegment regs;
  private final MemorySegment sregs;
  private final MemorySegment debug;
  private final MemorySegment fpu;
  private final MemorySegment xcrs;
  private final MemorySegment msrs;
  private boolean haveRegs;
  private boolean haveSregs;
  private boolean regsDirty;
  private boolean sregsDirty;

  KvmState(int fd, Arena arena) {
    this.fd = fd;
    regs = arena.allocate(KvmAbi.REGS_SIZE, 8);
    sregs = arena.allocate(KvmAbi.SREGS_SIZE, 8);
    debug = arena.allocate(KvmAbi.DEBUGREGS_SIZE, 8);
    fpu = arena.allocate(KvmAbi.FPU_SIZE, 8);
    xcrs = arena.allocate(KvmAbi.XCRS_SIZE, 8);
    msrs = arena.allocate(8 + 16, 8);
  }

  /** The guest has run: what was fetched is old. */
  void invalidate() {
    haveRegs = false;
    haveSregs = false;
  }

  /** Writes back what was changed. */
  void flush() {
    if (sregsDirty) {
      sregsDirty = false;
      ioctl(KvmAbi.SET_SREGS, sregs, "KVM_SET_SREGS");
    }
    if (regsDirty) {
      regsDirty = false;
      ioctl(KvmAbi.SET_REGS, regs, "KVM_SET_REGS");
    }
  }

  private void ioctl(long request, MemorySegment argument, String name) {
    if (Linux.ioctl(fd, request, argument) < 0) {
      throw new KvmFailure(name, Linux.errno());
    }
  }

  private MemorySegment regs() {
    if (!haveRegs) {
      ioctl(KvmAbi.GET_REGS, regs, "KVM_GET_REGS");
      haveRegs = true;
    }
    return regs;
  }

  private MemorySegment sregs() {
    if (!haveSregs) {
      ioctl(KvmAbi.GET_SREGS, sregs, "KVM_GET_SREGS");
      haveSregs = true;
    }
    return sregs;
  }

  private MemorySegment debug() {
    ioctl(KvmAbi.GET_DEBUGREGS, debug, "KVM_GET_DEBUGREGS");
    return debug;
  }

  @Override
  public long read(Register r) {
    return switch (r) {
      case RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 ->
          regs().get(LONG, GENERAL[r.ordinal()]);
      case RIP -> regs().get(LONG, KvmAbi.REGS_RIP);
      case RFLAGS -> regs().get(LONG, KvmAbi.REGS_RFLAGS);
      case CR0 -> sregs().get(LONG, KvmAbi.SREGS_CR0);
      case CR2 -> sregs().get(LONG, KvmAbi.SREGS_CR2);
      case CR3 -> sregs().get(LONG, KvmAbi.SREGS_CR3);
      case CR4 -> sregs().get(LONG, KvmAbi.SREGS_CR4);
      case CR8 -> sregs().get(LONG, KvmAbi.SREGS_CR8);
      case XCR0 -> {
        ioctl(KvmAbi.GET_XCRS, xcrs, "KVM_GET_XCRS");
        yield xcrs.get(INT, 0) == 0 ? 1 : xcrs.get(LONG, 16);
      }
      case DR0, DR1, DR2, DR3 -> debug().get(LONG, 8L * (r.ordinal() - Register.DR0.ordinal()));
      case DR6 -> debug().get(LONG, 32);
      case DR7 -> debug().get(LONG, 40);
    };
  }

  @Override
  public void write(Register r, long value) {
    switch (r) {
      case RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 ->
          setReg(GENERAL[r.ordinal()], value);
      case RIP -> setReg(KvmAbi.REGS_RIP, value);
      case RFLAGS -> setReg(KvmAbi.REGS_RFLAGS, value | 2);
      case CR0 -> setSreg(KvmAbi.SREGS_CR0, value);
      case CR2 -> setSreg(KvmAbi.SREGS_CR2, value);
      case CR3 -> setSreg(KvmAbi.SREGS_CR3, value);
      case CR4 -> setSreg(KvmAbi.SREGS_CR4, value);
      case CR8 -> setSreg(KvmAbi.SREGS_CR8, value);
      case XCR0 -> {
        ioctl(KvmAbi.GET_XCRS, xcrs, "KVM_GET_XCRS");
        xcrs.set(INT, 0, 1);
        xcrs.set(INT, 8, 0);
        xcrs.set(LONG, 16, value);
        ioctl(KvmAbi.SET_XCRS, xcrs, "KVM_SET_XCRS");
      }
      case DR0, DR1, DR2, DR3 -> setDebug(8L * (r.ordinal() - Register.DR0.ordinal()), value);
      case DR6 -> setDebug(32, value);
      case DR7 -> setDebug(40, value);
    }
  }

  private void setReg(long offset, long value) {
    regs().set(LONG, offset, value);
    regsDirty = true;
  }

  private void setSreg(long offset, long value) {
    sregs().set(LONG, offset, value);
    sregsDirty = true;
  }

  private void setDebug(long offset, long value) {
    debug().set(LONG, offset, value);
    ioctl(KvmAbi.SET_DEBUGREGS, debug, "KVM_SET_DEBUGREGS");
  }

  @Override
  public Segment read(SegmentRegister r) {
    MemorySegment s = sregs().asSlice(KvmAbi.SREGS_SEGMENT[r.ordinal()], 24);
    int rights =
        s.get(BYTE, 14)
            | s.get(BYTE, 18) << 4
            | s.get(BYTE, 16) << 5
            | s.get(BYTE, 15) << 7
            | s.get(BYTE, 21) << 12
            | s.get(BYTE, 19) << 13
            | s.get(BYTE, 17) << 14
            | s.get(BYTE, 20) << 15
            | s.get(BYTE, 22) << 16;
    return new Segment(s.get(SHORT, 12) & 0xffff, s.get(LONG, 0), s.get(INT, 8), rights);
  }

  @Override
  public void write(SegmentRegister r, Segment value) {
    MemorySegment s = sregs().asSlice(KvmAbi.SREGS_SEGMENT[r.ordinal()], 24);
    int rights = value.accessRights();
    s.set(LONG, 0, value.base());
    s.set(INT, 8, value.limit());
    s.set(SHORT, 12, (short) value.selector());
    s.set(BYTE, 14, (byte) (rights & 0xf));
    s.set(BYTE, 15, bit(rights, 7));
    s.set(BYTE, 16, (byte) (rights >> 5 & 3));
    s.set(BYTE, 17, bit(rights, 14));
    s.set(BYTE, 18, bit(rights, 4));
    s.set(BYTE, 19, bit(rights, 13));
    s.set(BYTE, 20, bit(rights, 15));
    s.set(BYTE, 21, bit(rights, 12));
    s.set(BYTE, 22, bit(rights, 16));
    sregsDirty = true;
  }

  private static byte bit(int value, int number) {
    return (byte) (value >> number & 1);
  }

  @Override
  public DescriptorTable gdtr() {
    return table(KvmAbi.SREGS_GDT);
  }

  @Override
  public void gdtr(DescriptorTable value) {
    setTable(KvmAbi.SREGS_GDT, value);
  }

  @Override
  public DescriptorTable idtr() {
    return table(KvmAbi.SREGS_IDT);
  }

  @Override
  public void idtr(DescriptorTable value) {
    setTable(KvmAbi.SREGS_IDT, value);
  }

  private DescriptorTable table(long offset) {
    MemorySegment s = sregs();
    return new DescriptorTable(s.get(LONG, offset), s.get(SHORT, offset + 8) & 0xffff);
  }

  private void setTable(long offset, DescriptorTable value) {
    MemorySegment s = sregs();
    s.set(LONG, offset, value.base());
    s.set(SHORT, offset + 8, (short) value.limit());
    sregsDirty = true;
  }

  @Override
  public long readMsr(int index) {
    flush();
    msrs.set(INT, 0, 1);
    msrs.set(INT, 8, index);
    msrs.set(LONG, 16, 0);
    if (Linux.ioctl(fd, KvmAbi.GET_MSRS, msrs) != 1) {
      throw new UnavailableException(String.format("KVM does not show MSR 0x%x", index));
    }
    return msrs.get(LONG, 16);
  }

  @Override
  public void writeMsr(int index, long value) {
    if (index == Msr.IA32_EFER.index()) {
      // Together with CR0, CR4 and CS, which KVM checks against it.
      setSreg(KvmAbi.SREGS_EFER, value);
      return;
    }
    flush();
    msrs.set(INT, 0, 1);
    msrs.set(INT, 8, index);
    msrs.set(LONG, 16, value);
    if (Linux.ioctl(fd, KvmAbi.SET_MSRS, msrs) != 1) {
      throw new UnavailableException(
          String.format("KVM refuses to set MSR 0x%x to 0x%x", index, value));
    }
    invalidate();
  }

  // struct kvm_fpu: fpr[8][16], fcw 128, fsw 130, ftwx 132, opcode 134, ip 136, dp 144, xmm 152,
  // mxcsr 408.

  @Override
  public byte[] fxsave() {
    ioctl(KvmAbi.GET_FPU, fpu, "KVM_GET_FPU");
    MemorySegment image = MemorySegment.ofArray(new byte[512]);
    MemorySegment.copy(fpu, 128, image, 0, 8);
    MemorySegment.copy(fpu, 136, image, 8, 16);
    MemorySegment.copy(fpu, 408, image, 24, 4);
    MemorySegment.copy(fpu, 0, image, 32, 128);
    MemorySegment.copy(fpu, 152, image, 160, 256);
    return image.toArray(BYTE);
  }

  @Override
  public void fxrstor(byte[] bytes) {
    MemorySegment image = MemorySegment.ofArray(bytes);
    MemorySegment.copy(image, 0, fpu, 128, 8);
    MemorySegment.copy(image, 8, fpu, 136, 16);
    MemorySegment.copy(image, 24, fpu, 408, 4);
    MemorySegment.copy(image, 32, fpu, 0, 128);
    MemorySegment.copy(image, 160, fpu, 152, 256);
    ioctl(KvmAbi.SET_FPU, fpu, "KVM_SET_FPU");
  }

  @Override
  public int cpl() {
    return read(SegmentRegister.SS).dpl();
  }

  @Override
  public ProcessorMode mode() {
    if ((read(Register.CR0) & ControlBits.CR0_PE) == 0) {
      return ProcessorMode.REAL;
    }
    if ((read(Register.RFLAGS) & ControlBits.FLAG_VM) != 0) {
      return ProcessorMode.VIRTUAL_8086;
    }
    Segment cs = read(SegmentRegister.CS);
    boolean longMode = (sregs().get(LONG, KvmAbi.SREGS_EFER) & ControlBits.EFER_LMA) != 0;
    if (longMode && cs.isLong()) {
      return ProcessorMode.LONG;
    }
    if (longMode) {
      return cs.isBig() ? ProcessorMode.COMPATIBILITY_32 : ProcessorMode.COMPATIBILITY_16;
    }
    return cs.isBig() ? ProcessorMode.PROTECTED_32 : ProcessorMode.PROTECTED_16;
  }

  /** The guest-physical address of a linear one, or -1. */
  long translate(long linear, MemorySegment scratch) {
    flush();
    scratch.set(LONG, 0, linear);
    ioctl(KvmAbi.TRANSLATE, scratch, "KVM_TRANSLATE");
    return scratch.get(BYTE, 16) != 0 ? scratch.get(LONG, 8) : -1;
  }
}
