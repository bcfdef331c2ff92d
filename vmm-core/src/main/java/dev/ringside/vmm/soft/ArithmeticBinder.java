package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.decode.RegisterClass;
import dev.ringside.vmm.x86.semantics.Flags;
import org.jspecify.annotations.Nullable;

/** Binds the arithmetic of two operands, INC, DEC, NEG and NOT. */
final class ArithmeticBinder implements OpFactory.Binder {
  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case ADD -> alu(Alu.ADD, i, mode);
      case OR -> alu(Alu.OR, i, mode);
      case ADC -> alu(Alu.ADC, i, mode);
      case SBB -> alu(Alu.SBB, i, mode);
      case AND -> alu(Alu.AND, i, mode);
      case SUB -> alu(Alu.SUB, i, mode);
      case XOR -> alu(Alu.XOR, i, mode);
      case CMP -> alu(Alu.CMP, i, mode);
      case TEST -> alu(Alu.TEST, i, mode);
      case INC -> step(i, mode, 1);
      case DEC -> step(i, mode, -1);
      case NEG -> new Negate(Operand.of(i, 0, mode));
      case NOT -> new Not(Operand.of(i, 0, mode));
      default -> null;
    };
  }

  private static Op alu(Alu kind, Instruction i, CodeMode mode) {
    int size = Operand.sizeOf(i.operandWidth(0));
    Op special =
        size >= 2 && i.operandKind(0) == OperandKind.REGISTER ? special(kind, i, mode) : null;
    return special == null ? kind.op(Operand.of(i, 0, mode), Operand.of(i, 1, mode)) : special;
  }

  private static @Nullable Op special(Alu kind, Instruction i, CodeMode mode) {
    boolean wide = i.registerClass(0) == RegisterClass.GPR64;
    int d = i.registerNumber(0);
    return switch (i.operandKind(1)) {
      case REGISTER -> {
        int s = i.registerNumber(1);
        if (kind == Alu.XOR && d == s) {
          yield new Clear(d, wide ? Flags.LOGIC64 : Flags.LOGIC32);
        }
        yield wide ? Alu64.registers(kind, d, s) : Alu32.registers(kind, d, s);
      }
      case IMMEDIATE ->
          wide ? Alu64.constant(kind, d, i.immediate()) : Alu32.constant(kind, d, i.immediate());
      case MEMORY -> {
        Address m = Address.of(i, mode);
        yield wide ? Alu64.memory(kind, d, m) : Alu32.memory(kind, d, m);
      }
      case RELATIVE, FAR_POINTER -> null;
    };
  }

  private static Op step(Instruction i, CodeMode mode, int by) {
    if (i.operandKind(0) == OperandKind.REGISTER && i.operandWidth(0) >= 32) {
      int d = i.registerNumber(0);
      return i.operandWidth(0) == 64
          ? by > 0 ? new Increment64(d) : new Decrement64(d)
          : by > 0 ? new Increment32(d) : new Decrement32(d);
    }
    return new Step(Operand.of(i, 0, mode), by);
  }

  /** XOR of a register with itself. */
  private static final class Clear extends Op {
    private final int d;
    private final int flagsOp;

    Clear(int d, int flagsOp) {
      this.d = d;
      this.flagsOp = flagsOp;
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = 0;
      c.logic(flagsOp, 0);
    }
  }

  private static final class Increment64 extends Op {
    private final int d;

    Increment64(int d) {
      this.d = d;
    }

    @Override
    void execute(Processor c) {
      long r = c.gpr[d] + 1;
      c.gpr[d] = r;
      c.flags(Flags.INC64, r, 0, c.carry() ? Flags.CF : 0);
    }
  }

  private static final class Decrement64 extends Op {
    private final int d;

    Decrement64(int d) {
      this.d = d;
    }

    @Override
    void execute(Processor c) {
      long r = c.gpr[d] - 1;
      c.gpr[d] = r;
      c.flags(Flags.DEC64, r, 0, c.carry() ? Flags.CF : 0);
    }
  }

  private static final class Increment32 extends Op {
    private final int d;

    Increment32(int d) {
      this.d = d;
    }

    @Override
    void execute(Processor c) {
      int r = (int) c.gpr[d] + 1;
      c.gpr[d] = r & 0xFFFF_FFFFL;
      c.flags(Flags.INC32, r, 0, c.carry() ? Flags.CF : 0);
    }
  }

  private static final class Decrement32 extends Op {
    private final int d;

    Decrement32(int d) {
      this.d = d;
    }

    @Override
    void execute(Processor c) {
      int r = (int) c.gpr[d] - 1;
      c.gpr[d] = r & 0xFFFF_FFFFL;
      c.flags(Flags.DEC32, r, 0, c.carry() ? Flags.CF : 0);
    }
  }

  /** INC and DEC in any place. */
  private static final class Step extends Op {
    private final Operand operand;
    private final int by;
    private final int flagsOp;

    Step(Operand operand, int by) {
      this.operand = operand;
      this.by = by;
      this.flagsOp = (by > 0 ? Flags.INC8 : Flags.DEC8) + operand.size;
      this.stackSegment = operand.onStack();
    }

    @Override
    void execute(Processor c) {
      long place = operand.placeToWrite(c);
      long r = operand.load(c, place) + by;
      operand.store(c, place, r);
      c.flags(flagsOp, r, 0, c.carry() ? Flags.CF : 0);
    }
  }

  private static final class Negate extends Op {
    private final Operand operand;

    Negate(Operand operand) {
      this.operand = operand;
      this.stackSegment = operand.onStack();
    }

    @Override
    void execute(Processor c) {
      long place = operand.placeToWrite(c);
      long b = operand.load(c, place);
      operand.store(c, place, -b);
      c.flags(Flags.SUB8 + operand.size, -b, 0, b);
    }
  }

  private static final class Not extends Op {
    private final Operand operand;

    Not(Operand operand) {
      this.operand = operand;
      this.stackSegment = operand.onStack();
    }

    @Override
    void execute(Processor c) {
      long place = operand.placeToWrite(c);
      operand.store(c, place, ~operand.load(c, place));
    }
  }
}
