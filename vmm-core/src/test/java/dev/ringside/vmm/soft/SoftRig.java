package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.HostState.CODE;
import static dev.ringside.vmm.soft.HostState.DATA;
import static dev.ringside.vmm.soft.HostState.WINDOW;
import static dev.ringside.vmm.soft.HostState.WINDOW_AT;

import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import dev.ringside.vmm.x86.decode.CodeSize;
import dev.ringside.vmm.x86.decode.Decoder;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A software processor in user mode, with the pages of {@code host-cases.c}: its ops run one
 * instruction at a time, and its exceptions are results.
 */
final class SoftRig {
  static final CodeMode LONG = new CodeMode(CodeSize.BITS64, 64, true, true);

  /** Compatibility mode, as a 32-bit program of Linux's sees it. */
  static final CodeMode COMPATIBILITY = new CodeMode(CodeSize.BITS32, 32, true, true);

  /** The same with the data, and nothing else, in the segments of data and of the stack. */
  static final CodeMode SEGMENTED = new CodeMode(CodeSize.BITS32, 32, false, true);

  private static final int CODE32_SELECTOR = 0x23;
  private static final int CODE64_SELECTOR = 0x33;
  private static final int DATA_SELECTOR = 0x2B;
  private static final int LOCAL_SELECTOR = 7;

  /** #GP's error code where the IDT has no gate 4: INTO asked for it. */
  private static final int NO_OVERFLOW_GATE = 4 << 3 | 2;

  private static final long TABLES = 0x10_0000;
  private static final int PRESENT_USER = 5;
  private static final int PRESENT_USER_WRITABLE = 7;

  private final CodeMode mode;
  private final MemorySegment ram;
  private final GuestMemory memory;
  private final Processor c;
  private final OpFactory.Binder[] binders;
  private final OpFactory factory;

  SoftRig(Arena arena, CodeMode mode) {
    this.mode = mode;
    ram = arena.allocate(16 << 20, 4096);
    memory = new GuestMemory(ram);
    SoftVcpu vcpu = new SoftVcpu(0, memory);
    c = vcpu.units.c;
    OpFactory.Binder transfers = new TransferOps(vcpu.units);
    binders = Arrays.copyOf(UserOps.binders(), UserOps.binders().length + 2);
    binders[binders.length - 2] = new XsaveOps(vcpu.units);
    binders[binders.length - 1] =
        (i, m) -> i.mnemonic() == Mnemonic.INTO ? transfers.bind(i, m) : null;
    factory = new OpFactory(binders);
    memory.writeLong(TABLES, TABLES + 0x1000 | PRESENT_USER_WRITABLE);
    memory.writeLong(TABLES + 0x1000, TABLES + 0x2000 | PRESENT_USER_WRITABLE);
    // One page table maps 4 to 6 MiB, the other 6 to 8 MiB.
    memory.writeLong(TABLES + 0x2010, TABLES + 0x3000 | PRESENT_USER_WRITABLE);
    memory.writeLong(TABLES + 0x2018, TABLES + 0x4000 | PRESENT_USER_WRITABLE);
    memory.writeLong(TABLES + 0x3000, CODE | PRESENT_USER);
    memory.writeLong(TABLES + 0x4000, DATA | PRESENT_USER_WRITABLE);
    memory.writeLong(TABLES + 0x4008, DATA + 4096 | PRESENT_USER_WRITABLE);
    ram.asSlice(CODE, 4096).fill((byte) 0xCC);
    vcpu.write(
        Register.CR4, ControlBits.CR4_PAE | ControlBits.CR4_OSFXSR | ControlBits.CR4_OSXMMEXCPT);
    vcpu.write(Register.CR3, TABLES);
    vcpu.writeMsr(Msr.IA32_EFER.index(), ControlBits.EFER_LME | ControlBits.EFER_NXE);
    vcpu.write(
        Register.CR0,
        ControlBits.CR0_PG | ControlBits.CR0_PE | ControlBits.CR0_WP | ControlBits.CR0_NE);
    int user = 3 << 5;
    Segment code =
        mode.isLong() ? Segment.code64(CODE64_SELECTOR) : Segment.code32(CODE32_SELECTOR);
    int data = Segment.data32(0).accessRights() | user;
    Segment flat = new Segment(DATA_SELECTOR, 0, -1, data);
    vcpu.write(SegmentRegister.CS, new Segment(code.selector(), 0, -1, code.accessRights() | user));
    Segment local = new Segment(LOCAL_SELECTOR, DATA, 8191, data & ~Segment.GRANULAR);
    Segment usual = mode.flat() ? flat : local;
    vcpu.write(SegmentRegister.SS, usual);
    Segment none = Segment.unusable(0);
    vcpu.write(SegmentRegister.DS, mode.isLong() ? none : usual);
    vcpu.write(SegmentRegister.ES, mode.isLong() ? none : usual);
    vcpu.write(SegmentRegister.FS, none);
    vcpu.write(SegmentRegister.GS, mode.isLong() ? none : local);
    vcpu.idtr(new DescriptorTable(0, 0));
    if (vcpu.cpl() != 3 || !c.mode.equals(mode)) {
      throw new IllegalStateException("the processor is in " + c.mode + ", not user " + mode);
    }
  }

  /** A segment's base. */
  static long segmentBase(int segment, CodeMode mode) {
    if (mode.isLong() || segment == Processor.CS) {
      return 0;
    }
    return segment == Processor.GS || !mode.flat() ? DATA : 0;
  }

  /** The families of instructions that it knows. */
  OpFactory.Binder[] binders() {
    return binders;
  }

  /** The instruction at the start of a case. */
  static Instruction decode(HostState s, CodeMode mode) {
    return Decoder.decode(s.code(), 0, s.codeLength(), s.rip(), mode.size());
  }

  /** Runs a case's instruction; the result is what the host's would be. */
  void run(HostState before, HostState after) {
    load(before);
    Instruction i = decode(before, mode);
    Op op = factory.bind(i, mode, before.code(), 0);
    op.rip = i.address();
    op.length = i.length();
    c.rip = op.nextRip();
    int vector = 3;
    int error = 0;
    long cr2 = 0;
    try {
      op.execute(c);
      while (c.rip == op.rip && repeats(i) && c.gpr[1] != 0) {
        c.rip = op.nextRip();
        op.execute(c);
      }
    } catch (GuestFault f) {
      vector = f.vector == 13 && f.nonCanonical && op.stackSegment ? 12 : f.vector;
      c.rip = op.rip;
      error = f.hasErrorCode ? f.errorCode : 0;
      cr2 = f.vector == 14 ? f.faultAddress : 0;
      if (i.mnemonic() == Mnemonic.INTO && vector == 13 && error == NO_OVERFLOW_GATE) {
        vector = 4;
        c.rip = op.nextRip();
      }
    }
    store(after);
    after.fault(vector, error, cr2);
    for (int n = 0; n < before.codeLength(); n++) {
      memory.writeByte(before.rip() + n, 0xCC);
    }
  }

  private static boolean repeats(Instruction i) {
    return i.hasRep() || i.hasRepne();
  }

  private void load(HostState s) {
    for (int n = 0; n < 16; n++) {
      c.gpr[n] = s.gpr(n);
    }
    c.rip = s.rip();
    byte[] code = s.code();
    for (int n = 0; n < code.length; n++) {
      memory.writeByte(s.rip() + n, code[n]);
    }
    c.statusFlags((int) s.rflags());
    c.systemFlags = ((int) s.rflags() & ~ControlBits.STATUS_FLAGS) | 2;
    c.instructions = 0;
    for (int n = 0; n < 16; n++) {
      c.xmmLow[n] = s.bytes.getLong(HostState.FXSAVE + 160 + 16 * n);
      c.xmmHigh[n] = s.bytes.getLong(HostState.FXSAVE + 168 + 16 * n);
    }
    c.mxcsr = s.bytes.getInt(HostState.FXSAVE + 24);
    Fpu fpu = c.fpu;
    fpu.control(s.bytes.getShort(HostState.FXSAVE) & 0xFFFF);
    fpu.statusWord(s.bytes.getShort(HostState.FXSAVE + 2) & 0xFFFF);
    fpu.empty = ~s.bytes.get(HostState.FXSAVE + 4) & 0xFF;
    for (int n = 0; n < 8; n++) {
      int at = HostState.FXSAVE + 32 + 16 * n;
      fpu.significand[fpu.physical(n)] = s.bytes.getLong(at);
      fpu.signExponent[fpu.physical(n)] = s.bytes.getShort(at + 8) & 0xFFFF;
    }
    MemorySegment.copy(
        s.bytes.array(), HostState.MEMORY, ram, ValueLayout.JAVA_BYTE, WINDOW_AT, WINDOW);
  }

  private void store(HostState s) {
    for (int n = 0; n < 16; n++) {
      s.gpr(n, c.gpr[n]);
    }
    s.rip(c.rip);
    s.rflags(c.rflags());
    for (int n = 0; n < 16; n++) {
      s.bytes.putLong(HostState.FXSAVE + 160 + 16 * n, c.xmmLow[n]);
      s.bytes.putLong(HostState.FXSAVE + 168 + 16 * n, c.xmmHigh[n]);
    }
    s.bytes.putInt(HostState.FXSAVE + 24, c.mxcsr);
    Fpu fpu = c.fpu;
    s.bytes.putShort(HostState.FXSAVE, (short) fpu.control);
    s.bytes.putShort(HostState.FXSAVE + 2, (short) fpu.statusWord());
    s.bytes.put(HostState.FXSAVE + 4, (byte) ~fpu.empty);
    for (int n = 0; n < 8; n++) {
      int at = HostState.FXSAVE + 32 + 16 * n;
      s.bytes.putLong(at, fpu.significand[fpu.physical(n)]);
      s.bytes.putShort(at + 8, (short) fpu.signExponent[fpu.physical(n)]);
    }
    MemorySegment.copy(
        ram, ValueLayout.JAVA_BYTE, WINDOW_AT, s.bytes.array(), HostState.MEMORY, WINDOW);
    boolean outside = touched(DATA, WINDOW_AT) || touched(WINDOW_AT + WINDOW, DATA + 8192);
    s.outside(outside);
    if (outside) {
      ram.asSlice(DATA, 8192).fill((byte) 0);
    }
  }

  private boolean touched(long from, long to) {
    for (long at = from; at < to; at += 8) {
      if (ram.get(ValueLayout.JAVA_LONG, at) != 0) {
        return true;
      }
    }
    return false;
  }
}
