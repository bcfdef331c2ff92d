package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.semantics.Flags;
import dev.ringside.vmm.x86.semantics.Shifts;
import org.jspecify.annotations.Nullable;

/** Binds shifts, rotates and double shifts. */
final class ShiftBinder implements OpFactory.Binder {
  private enum Kind {
    ROL,
    ROR,
    RCL,
    RCR,
    SHL,
    SHR,
    SAR
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case ROL -> shift(Kind.ROL, i, mode);
      case ROR -> shift(Kind.ROR, i, mode);
      case RCL -> shift(Kind.RCL, i, mode);
      case RCR -> shift(Kind.RCR, i, mode);
      case SHL, SAL -> shift(Kind.SHL, i, mode);
      case SHR -> shift(Kind.SHR, i, mode);
      case SAR -> shift(Kind.SAR, i, mode);
      case SHLD -> new DoubleShift(true, i, mode);
      case SHRD -> new DoubleShift(false, i, mode);
      default -> null;
    };
  }

  private static Op shift(Kind kind, Instruction i, CodeMode mode) {
    int size = Operand.sizeOf(i.operandWidth(0));
    if (size >= 2
        && i.operandKind(0) == OperandKind.REGISTER
        && i.operandKind(1) == OperandKind.IMMEDIATE) {
      int count = Shifts.count(i.immediate(), size);
      int d = i.registerNumber(0);
      if (count > 0) {
        switch (kind) {
          case SHL -> {
            return new ShiftLeft(d, count, size);
          }
          case SHR -> {
            return new ShiftRight(d, count, size);
          }
          case SAR -> {
            return new ShiftSigned(d, count, size);
          }
          case ROL, ROR, RCL, RCR -> {}
        }
      }
    }
    return new Shift(kind, Operand.of(i, 0, mode), Operand.of(i, 1, mode));
  }

  /** A shift of a 32- or 64-bit register by a constant that is not 0. */
  private abstract static class ByConstant extends Op {
    final int d;
    final int count;
    final int size;

    ByConstant(int d, int count, int size) {
      this.d = d;
      this.count = count;
      this.size = size;
    }
  }

  private static final class ShiftLeft extends ByConstant {
    ShiftLeft(int d, int count, int size) {
      super(d, count, size);
    }

    @Override
    void execute(Processor c) {
      long a = c.gpr[d];
      long r = Shifts.shl(a, count, size);
      c.gpr[d] = r;
      c.flags(Flags.RESULT8 + size, r, Shifts.shlFlags(a, count, size), 0);
    }
  }

  private static final class ShiftRight extends ByConstant {
    ShiftRight(int d, int count, int size) {
      super(d, count, size);
    }

    @Override
    void execute(Processor c) {
      long a = c.gpr[d];
      long r = Shifts.shr(a, count, size);
      c.gpr[d] = r;
      c.flags(Flags.RESULT8 + size, r, Shifts.shrFlags(a, count, size), 0);
    }
  }

  private static final class ShiftSigned extends ByConstant {
    ShiftSigned(int d, int count, int size) {
      super(d, count, size);
    }

    @Override
    void execute(Processor c) {
      long a = c.gpr[d];
      long r = Shifts.sar(a, count, size);
      c.gpr[d] = r;
      c.flags(Flags.RESULT8 + size, r, Shifts.sarFlags(a, count, size), 0);
    }
  }

  /** Any shift or rotate of any operand. */
  private static final class Shift extends Op {
    private final Kind kind;
    private final Operand operand;
    private final Operand by;

    Shift(Kind kind, Operand operand, Operand by) {
      this.kind = kind;
      this.operand = operand;
      this.by = by;
      this.stackSegment = operand.onStack();
    }

    @Override
    void execute(Processor c) {
      int size = operand.size;
      int count = Shifts.count(by.read(c), size);
      long place = operand.placeToWrite(c);
      long a = operand.load(c, place);
      if (count == 0) {
        // A 32-bit register still loses its upper half; no flag changes.
        operand.store(c, place, a);
        return;
      }
      boolean carry = c.carry();
      long r =
          switch (kind) {
            case ROL -> Shifts.rol(a, count, size);
            case ROR -> Shifts.ror(a, count, size);
            case RCL -> Shifts.rcl(a, count, size, carry);
            case RCR -> Shifts.rcr(a, count, size, carry);
            case SHL -> Shifts.shl(a, count, size);
            case SHR -> Shifts.shr(a, count, size);
            case SAR -> Shifts.sar(a, count, size);
          };
      operand.store(c, place, r);
      switch (kind) {
        case ROL -> rotated(c, Shifts.rolFlags(a, count, size));
        case ROR -> rotated(c, Shifts.rorFlags(a, count, size));
        case RCL -> rotated(c, Shifts.rclFlags(a, count, size, carry));
        case RCR -> rotated(c, Shifts.rcrFlags(a, count, size, carry));
        case SHL -> c.flags(Flags.RESULT8 + size, r, Shifts.shlFlags(a, count, size), 0);
        case SHR -> c.flags(Flags.RESULT8 + size, r, Shifts.shrFlags(a, count, size), 0);
        case SAR -> c.flags(Flags.RESULT8 + size, r, Shifts.sarFlags(a, count, size), 0);
      }
    }

    private static void rotated(Processor c, int flags) {
      c.statusFlags((c.statusFlags() & ~(Flags.CF | Flags.OF)) | flags);
    }
  }

  /** SHLD and SHRD. */
  private static final class DoubleShift extends Op {
    private final boolean left;
    private final Operand operand;
    private final Operand from;
    private final Operand by;

    DoubleShift(boolean left, Instruction i, CodeMode mode) {
      this.left = left;
      this.operand = Operand.of(i, 0, mode);
      this.from = Operand.of(i, 1, mode);
      this.by = Operand.of(i, 2, mode);
      this.stackSegment = operand.onStack();
    }

    @Override
    void execute(Processor c) {
      int size = operand.size;
      int count = Shifts.count(by.read(c), size);
      long place = operand.placeToWrite(c);
      long a = operand.load(c, place);
      if (count == 0) {
        operand.store(c, place, a);
        return;
      }
      long b = from.read(c);
      long r = left ? Shifts.shld(a, b, count, size) : Shifts.shrd(a, b, count, size);
      operand.store(c, place, r);
      c.flags(
          Flags.RESULT8 + size,
          r,
          left ? Shifts.shldFlags(a, b, count, size) : Shifts.shrdFlags(a, b, count, size),
          0);
    }
  }
}
