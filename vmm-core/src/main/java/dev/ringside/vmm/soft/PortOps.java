package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.ES;
import static dev.ringside.vmm.soft.Processor.RAX;
import static dev.ringside.vmm.soft.Processor.RCX;
import static dev.ringside.vmm.soft.Processor.RDI;
import static dev.ringside.vmm.soft.Processor.RDX;
import static dev.ringside.vmm.soft.Processor.RSI;
import static dev.ringside.vmm.soft.Processor.TR;
import static dev.ringside.vmm.x86.ControlBits.FLAG_DF;

import dev.ringside.vmm.PhysicalBus;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import dev.ringside.vmm.x86.decode.OperandKind;
import org.jspecify.annotations.Nullable;

/**
 * Binds IN, OUT, INS and OUTS: IOPL and the TSS's permission bitmap, then the exit, and under
 * emulation the bus. A port access that does not exit finds nothing: reads are all ones.
 */
final class PortOps implements OpFactory.Binder {
  private final Processor c;
  private final Units units;

  PortOps(Units units) {
    this.c = units.c;
    this.units = units;
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case IN -> plain(i, true);
      case OUT -> plain(i, false);
      case INS -> string(i, mode, true);
      case OUTS -> string(i, mode, false);
      default -> null;
    };
  }

  /** SDM vol. 1, 19.5. */
  private void checkPermission(int port, int size) {
    Segmentation s = units.segmentation;
    boolean sensitive = s.isVirtual8086() || (s.isProtected() && c.cpl > units.flags.iopl());
    if (!sensitive) {
      return;
    }
    long limit = c.segmentLimit[TR] & 0xffff_ffffL;
    int type = c.segmentRights[TR] & 0xf;
    if ((type != Descriptor.TSS_BUSY && type != Descriptor.TSS) || limit < 103) {
      throw c.exception(Vector.GP, 0);
    }
    long base = c.segmentBase[TR];
    long map = c.memory.readSystem(s.wrapSystem(base + 102), 2);
    long at = map + (port >> 3);
    if (at + 1 > limit) {
      throw c.exception(Vector.GP, 0);
    }
    int bits = (int) c.memory.readSystem(s.wrapSystem(base + at), 2);
    if ((bits >> (port & 7) & ((1 << size) - 1)) != 0) {
      throw c.exception(Vector.GP, 0);
    }
  }

  private long read(int port, int size) {
    PhysicalBus bus = c.memory.bus();
    units.debug.portAccess(port, size);
    long value = bus == null ? -1 : bus.readPort(port, size);
    return value & (-1L >>> (64 - 8 * size));
  }

  private void write(int port, int size, long value) {
    PhysicalBus bus = c.memory.bus();
    units.debug.portAccess(port, size);
    if (bus != null) {
      bus.writePort(port, size, value & (-1L >>> (64 - 8 * size)));
    }
  }

  private Op plain(Instruction i, boolean in) {
    int portOperand = in ? 1 : 0;
    boolean immediate = i.operandKind(portOperand) == OperandKind.IMMEDIATE;
    int constant = (int) i.immediate() & 0xff;
    int size = i.operandWidth(in ? 0 : 1) / 8;
    int log = Operand.sizeOf(size * 8);
    return new SystemOp(
        i,
        op -> {
          int port = immediate ? constant : (int) c.gpr[RDX] & 0xffff;
          checkPermission(port, size);
          if (!units.vmx.emulating && units.vmx.ioExits(port, size)) {
            long value = in ? 0 : Gpr.read(c, RAX, log);
            long qualification =
                size - 1 | (in ? 1 << 3 : 0) | (immediate ? 1 << 6 : 0) | (long) port << 16;
            throw units.vmx.exit(
                ExitReason.IO_INSTRUCTION,
                qualification,
                op.length,
                at -> new VmExit.IoInstruction(at, port, size, in, false, false, value));
          }
          if (in) {
            Gpr.write(c, RAX, log, read(port, size));
          } else {
            write(port, size, Gpr.read(c, RAX, log));
          }
        });
  }

  private Op string(Instruction i, CodeMode mode, boolean in) {
    int size = i.elementWidth() / 8;
    boolean rep = i.hasRep() || i.hasRepne();
    int register = in ? RDI : RSI;
    int segment = in ? ES : i.memorySegment();
    Address m = Address.ofRegister(register, segment, i.addressSize(), mode);
    long mask = Address.mask(i.addressSize());
    return new SystemOp(
        i,
        op -> {
          int port = (int) c.gpr[RDX] & 0xffff;
          checkPermission(port, size);
          if (rep && (c.gpr[RCX] & mask) == 0) {
            return;
          }
          if (!units.vmx.emulating && units.vmx.ioExits(port, size)) {
            throw stringExit(op, m, port, size, in, rep, i.addressSize(), segment);
          }
          repeat(op, m, register, mask, port, size, in, rep);
        });
  }

  private void repeat(
      SystemOp op,
      Address m,
      int register,
      long mask,
      int port,
      int size,
      boolean in,
      boolean rep) {
    long step = (c.systemFlags & FLAG_DF) != 0 ? -size : size;
    while (true) {
      if (in) {
        long linear = m.write(c, size);
        c.memory.checkWrite(linear, size);
        c.memory.write(linear, size, read(port, size));
      } else {
        write(port, size, c.memory.read(m.read(c, size), size));
      }
      Gpr.writeMasked(c, register, mask, c.gpr[register] + step);
      if (!rep) {
        return;
      }
      Gpr.writeMasked(c, RCX, mask, c.gpr[RCX] - 1);
      if ((c.gpr[RCX] & mask) == 0) {
        return;
      }
      // The interpreter counts one iteration; this one is a further one. For the monitor it is one
      // at a time, so that each iteration exits (SDM vol. 3C, 28.1.3).
      if (c.instructions + 1 >= c.instructionLimit || c.pendingDebug != 0 || units.vmx.emulating) {
        c.rip = op.rip;
        return;
      }
      c.instructions++;
    }
  }

  private ExitSignal stringExit(
      SystemOp op,
      Address m,
      int port,
      int size,
      boolean in,
      boolean rep,
      int addressBits,
      int segment) {
    long linear = m.at(c, c.gpr[m.base], size, in);
    long value = in ? 0 : units.peek(linear, size);
    long qualification =
        size - 1 | (in ? 1 << 3 : 0) | 1 << 4 | (rep ? 1 << 5 : 0) | (long) port << 16;
    ExitSignal e =
        units.vmx.exit(
            ExitReason.IO_INSTRUCTION,
            qualification,
            op.length,
            at -> new VmExit.IoInstruction(at, port, size, in, true, rep, value));
    units.vmx.set(VmcsField.GUEST_LINEAR_ADDRESS, linear);
    long addressSize = addressBits == 16 ? 0 : addressBits == 32 ? 1 : 2;
    boolean outs = op.instruction.mnemonic() == Mnemonic.OUTS;
    units.vmx.set(
        VmcsField.VM_EXIT_INSTRUCTION_INFORMATION,
        addressSize << 7 | (outs ? (long) segment << 15 : 0));
    return e;
  }
}
