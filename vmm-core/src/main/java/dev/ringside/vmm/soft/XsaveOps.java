package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.RAX;
import static dev.ringside.vmm.soft.Processor.RDX;
import static dev.ringside.vmm.x86.ControlBits.CR0_EM;
import static dev.ringside.vmm.x86.ControlBits.CR0_TS;
import static dev.ringside.vmm.x86.ControlBits.CR4_OSXSAVE;

import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Binds FXSAVE, FXRSTOR, XSAVE and XRSTOR for x87 and SSE state (SDM vol. 1, 10.5 and chapter 13).
 * Both components always count as in use.
 */
final class XsaveOps implements OpFactory.Binder {
  private static final int X87 = 1;
  private static final int SSE = 2;
  private static final int HEADER = FxArea.SIZE;
  private static final int HEADER_SIZE = 64;

  private final Processor c;
  private final VmxOperation vmx;

  XsaveOps(Units units) {
    this.c = units.c;
    this.vmx = units.vmx;
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case FXSAVE -> area(i, mode, 16, FxArea.SIZE, true, this::fxsave);
      case FXRSTOR -> area(i, mode, 16, FxArea.SIZE, false, this::fxrstor);
      case XSAVE -> area(i, mode, 64, HEADER + HEADER_SIZE, true, this::xsave);
      case XRSTOR -> area(i, mode, 64, HEADER + HEADER_SIZE, false, this::xrstor);
      default -> null;
    };
  }

  /** What to do with the area at a linear address. */
  private interface Action {
    void run(long linear, boolean wide, int registers);
  }

  private Op area(
      Instruction i, CodeMode mode, int alignment, int size, boolean write, Action action) {
    Address m = Address.of(i, mode);
    boolean wide = i.operandSize() == 64;
    int registers = mode.isLong() ? 16 : 8;
    boolean extended = alignment == 64;
    return new SystemOp(
        i,
        op -> {
          if (extended && (vmx.guestCr4() & CR4_OSXSAVE) == 0) {
            throw c.exception(Vector.UD);
          }
          if ((c.cr0 & (extended ? CR0_TS : CR0_TS | CR0_EM)) != 0) {
            throw c.exception(Vector.NM);
          }
          long linear = write ? m.write(c, size) : m.read(c, size);
          if ((linear & (alignment - 1)) != 0) {
            throw c.exception(Vector.GP, 0);
          }
          if (write) {
            c.memory.checkWrite(linear, size);
          }
          action.run(linear, wide, registers);
        });
  }

  private long at(long linear, int offset) {
    return c.memory.wrap(linear + offset);
  }

  private ByteBuffer read(long linear) {
    ByteBuffer area = FxArea.buffer();
    for (int i = 0; i < FxArea.SIZE; i += 8) {
      area.putLong(i, c.memory.readLong(at(linear, i)));
    }
    return area;
  }

  private void write(long linear, ByteBuffer area, int from, int to) {
    for (int i = from; i < to; i += 8) {
      c.memory.writeLong(at(linear, i), area.getLong(i));
    }
  }

  private void fxsave(long linear, boolean wide, int registers) {
    ByteBuffer area = FxArea.buffer();
    FxArea.saveX87(c.fpu, area, wide);
    FxArea.saveMxcsr(c, area);
    FxArea.saveXmm(c, area, registers);
    write(linear, area, 0, 160 + 16 * registers);
  }

  private void fxrstor(long linear, boolean wide, int registers) {
    ByteBuffer area = read(linear);
    checkMxcsr(area.getInt(FxArea.MXCSR));
    FxArea.restoreX87(c.fpu, area, wide);
    c.mxcsr = area.getInt(FxArea.MXCSR);
    FxArea.restoreXmm(c, area, registers);
  }

  private void checkMxcsr(int value) {
    if ((value & ~FxArea.MXCSR_BITS) != 0) {
      throw c.exception(Vector.GP, 0);
    }
  }

  /** XCR0 and EDX:EAX: which components the instruction is about. */
  private long requested() {
    return (c.gpr[RDX] << 32 | (c.gpr[RAX] & 0xffff_ffffL)) & c.xcr0;
  }

  private void xsave(long linear, boolean wide, int registers) {
    long mask = requested();
    long vector = c.memory.readLong(at(linear, HEADER));
    ByteBuffer area = FxArea.buffer();
    if ((mask & X87) != 0) {
      FxArea.saveX87(c.fpu, area, wide);
      write(linear, area, 0, 24);
      write(linear, area, 32, 160);
    }
    if ((mask & SSE) != 0) {
      FxArea.saveMxcsr(c, area);
      FxArea.saveXmm(c, area, registers);
      write(linear, area, 24, 32);
      write(linear, area, 160, 160 + 16 * registers);
    }
    c.memory.writeLong(at(linear, HEADER), vector & ~mask | mask);
  }

  private void xrstor(long linear, boolean wide, int registers) {
    long mask = requested();
    long vector = c.memory.readLong(at(linear, HEADER));
    boolean reserved = (vector & ~c.xcr0) != 0;
    for (int i = 8; i < 24; i += 8) {
      // XCOMP_BV: the compacted form is not reported.
      reserved |= c.memory.readLong(at(linear, HEADER + i)) != 0;
    }
    if (reserved) {
      throw c.exception(Vector.GP, 0);
    }
    ByteBuffer area = read(linear);
    if ((mask & SSE) != 0) {
      checkMxcsr(area.getInt(FxArea.MXCSR));
      c.mxcsr = area.getInt(FxArea.MXCSR);
      if ((vector & SSE) != 0) {
        FxArea.restoreXmm(c, area, registers);
      } else {
        FxArea.initialiseXmm(c, registers);
      }
    }
    if ((mask & X87) != 0) {
      if ((vector & X87) != 0) {
        FxArea.restoreX87(c.fpu, area, wide);
      } else {
        FxArea.initialiseX87(c.fpu);
      }
    }
  }
}
