package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.RAX;
import static dev.ringside.vmm.soft.Processor.RCX;
import static dev.ringside.vmm.soft.Processor.RDI;
import static dev.ringside.vmm.soft.Processor.RSI;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.semantics.Flags;
import org.jspecify.annotations.Nullable;

/** Binds MOVS, CMPS, SCAS, LODS and STOS, with REP in all its forms. */
final class StringBinder implements OpFactory.Binder {
  private enum Kind {
    MOVS,
    CMPS,
    SCAS,
    LODS,
    STOS
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case MOVS -> string(Kind.MOVS, i, mode);
      case CMPS -> string(Kind.CMPS, i, mode);
      case SCAS -> string(Kind.SCAS, i, mode);
      case LODS -> string(Kind.LODS, i, mode);
      case STOS -> string(Kind.STOS, i, mode);
      default -> null;
    };
  }

  private static Op string(Kind kind, Instruction i, CodeMode mode) {
    One one = new One(kind, i, mode);
    return i.hasRep() || i.hasRepne() ? new Repeated(one, i.hasRepne()).ending() : one;
  }

  /** One iteration. */
  private static final class One extends Op {
    final Kind kind;
    final Address source;
    final Address destination;
    final int size;
    final int bytes;
    final long mask;

    One(Kind kind, Instruction i, CodeMode mode) {
      this.kind = kind;
      this.bytes = i.elementWidth() / 8;
      this.size = Operand.sizeOf(i.elementWidth());
      this.mask = Address.mask(i.addressSize());
      boolean hasSource = kind != Kind.SCAS && kind != Kind.STOS;
      int segment = hasSource ? i.memorySegment() : Processor.DS;
      this.source = Address.ofRegister(RSI, segment, i.addressSize(), mode);
      this.destination = Address.ofRegister(RDI, Processor.ES, i.addressSize(), mode);
      this.stackSegment = segment == Processor.SS;
    }

    @Override
    void execute(Processor c) {
      long step = step(c);
      switch (kind) {
        case MOVS -> {
          long value = c.memory.read(source.read(c, bytes), bytes);
          c.memory.write(destination.write(c, bytes), bytes, value);
          advance(c, RSI, step);
          advance(c, RDI, step);
        }
        case CMPS -> {
          // Processors look at the destination first.
          long b = c.memory.read(destination.read(c, bytes), bytes);
          long a = c.memory.read(source.read(c, bytes), bytes);
          c.flags(Flags.SUB8 + size, a - b, a, b);
          advance(c, RSI, step);
          advance(c, RDI, step);
        }
        case SCAS -> {
          long a = c.gpr[RAX];
          long b = c.memory.read(destination.read(c, bytes), bytes);
          c.flags(Flags.SUB8 + size, a - b, a, b);
          advance(c, RDI, step);
        }
        case LODS -> {
          Gpr.write(c, RAX, size, c.memory.read(source.read(c, bytes), bytes));
          advance(c, RSI, step);
        }
        case STOS -> {
          c.memory.write(destination.write(c, bytes), bytes, c.gpr[RAX]);
          advance(c, RDI, step);
        }
      }
    }

    long step(Processor c) {
      return (c.systemFlags & ControlBits.FLAG_DF) == 0 ? bytes : -bytes;
    }

    void advance(Processor c, int register, long by) {
      Gpr.writeMasked(c, register, mask, c.gpr[register] + by);
    }

    boolean compares() {
      return kind == Kind.CMPS || kind == Kind.SCAS;
    }
  }

  /**
   * REP: iterations count one instruction each. It gives way, RIP still at itself, at the end of
   * the run's budget, after a watched access, and after each iteration under TF or for the monitor.
   */
  private static final class Repeated extends Op {
    private final One one;
    private final boolean whileNotEqual;

    Repeated(One one, boolean whileNotEqual) {
      this.one = one;
      this.whileNotEqual = whileNotEqual;
      this.stackSegment = one.stackSegment;
    }

    @Override
    void execute(Processor c) {
      long left = c.gpr[RCX] & one.mask;
      if (left == 0) {
        return;
      }
      while (true) {
        long done = several(c, left);
        if (done == 0) {
          one.execute(c);
          done = 1;
        }
        left -= done;
        Gpr.writeMasked(c, RCX, one.mask, left);
        c.instructions += done - 1;
        if (left == 0 || (one.compares() && c.zero() == whileNotEqual)) {
          return;
        }
        // The interpreter counts the last iteration of this stretch.
        if (c.instructions + 1 >= c.instructionLimit
            || (c.systemFlags & ControlBits.FLAG_TF) != 0
            || c.memory.watchHit()
            || c.memory.bus() != null) {
          c.rip = rip;
          return;
        }
        c.instructions++;
      }
    }

    /**
     * As many iterations at once as lie in one page each of plain RAM, upwards; 0 if that cannot
     * be.
     */
    private long several(Processor c, long left) {
      boolean fills = one.kind == Kind.STOS;
      if ((!fills && one.kind != Kind.MOVS)
          || !one.destination.flat
          || !one.source.flat
          || c.memory.bus() != null
          || (c.systemFlags & (ControlBits.FLAG_DF | ControlBits.FLAG_TF)) != 0) {
        return 0;
      }
      long to = one.destination.read(c, 1);
      long most = Math.min(left, c.instructionLimit - c.instructions);
      most = Math.min(most, (4096 - (to & 4095)) / one.bytes);
      long from = 0;
      if (!fills) {
        from = one.source.read(c, 1);
        most = Math.min(most, (4096 - (from & 4095)) / one.bytes);
      }
      if (most < 2) {
        return 0;
      }
      int length = (int) most * one.bytes;
      boolean done =
          fills
              ? c.memory.fill(to, one.bytes, c.gpr[RAX], length)
              : c.memory.copy(to, from, length);
      if (!done) {
        return 0;
      }
      one.advance(c, RDI, length);
      if (!fills) {
        one.advance(c, RSI, length);
      }
      return most;
    }
  }
}
