package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.HostState.CODE;
import static dev.ringside.vmm.soft.HostState.DATA;
import static dev.ringside.vmm.soft.HostState.WINDOW;
import static dev.ringside.vmm.soft.HostState.WINDOW_AT;

import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.decode.CodeSize;
import dev.ringside.vmm.x86.decode.Decoder;
import dev.ringside.vmm.x86.decode.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The ops of the software processor with as much around them as one instruction of user mode needs.
 */
final class SoftRig {
  static final CodeMode LONG = new CodeMode(CodeSize.BITS64, 64, true, true);

  final Processor c = new Processor(0);
  final OpFactory factory = new OpFactory(UserOps.binders());
  private final MemorySegment ram;

  SoftRig(Arena arena) {
    ram = arena.allocate(16 << 20, 4096);
    GuestMemory memory = new GuestMemory(ram);
    c.memory = new LinearMemory(memory, new PageWalker(c), new Watches());
    c.memory.privilege(LinearMemory.USER);
    c.mode = LONG;
    c.modeKey = LONG.key();
    c.codeLimit = Long.MAX_VALUE;
    c.cpl = 3;
    c.selector[Processor.CS] = 0x33;
    c.selector[Processor.SS] = 0x2B;
    c.cr0 = 0x8005_0033L;
    c.cr4 = 0x6b0;
    c.efer = ControlBits.EFER_LME | ControlBits.EFER_LMA | ControlBits.EFER_NXE;
  }

  /** The instruction at the start of a case. */
  static Instruction decode(HostState s) {
    return Decoder.decode(s.code(), 0, s.codeLength(), s.rip(), CodeSize.BITS64);
  }

  /** Runs a case's instruction; the result is what the host's would be. */
  void run(HostState before, HostState after) {
    load(before);
    Instruction i = decode(before);
    Op op = factory.bind(i, LONG, before.code(), 0);
    op.rip = i.address();
    op.length = i.length();
    c.rip = op.nextRip();
    int vector = 3;
    try {
      op.execute(c);
      while (c.rip == op.rip && repeats(i) && c.gpr[1] != 0) {
        c.rip = op.nextRip();
        op.execute(c);
      }
    } catch (GuestFault f) {
      vector = f.vector == 13 && f.nonCanonical && op.stackSegment ? 12 : f.vector;
      c.rip = op.rip;
    } catch (StopSignal f) {
      vector = 14;
      c.rip = op.rip;
    }
    store(after);
    after.vector(vector);
  }

  private static boolean repeats(Instruction i) {
    return i.hasRep() || i.hasRepne();
  }

  private void load(HostState s) {
    for (int n = 0; n < 16; n++) {
      c.gpr[n] = s.gpr(n);
    }
    c.rip = s.rip();
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
    assert CODE < DATA;
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
