package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.semantics.Flags;

/** The operations of two operands that set all status flags. */
enum Alu {
  ADD,
  OR,
  ADC,
  SBB,
  AND,
  SUB,
  XOR,
  CMP,
  TEST;

  /** Whether the result goes to the first operand. */
  boolean writes() {
    return this != CMP && this != TEST;
  }

  /** The {@link Flags} operation for 8 bits. */
  int flagsOp() {
    return switch (this) {
      case ADD, ADC -> Flags.ADD8;
      case SUB, SBB, CMP -> Flags.SUB8;
      case AND, OR, XOR, TEST -> Flags.LOGIC8;
    };
  }

  private long apply(Processor c, long a, long b) {
    return switch (this) {
      case ADD -> a + b;
      case OR -> a | b;
      case ADC -> a + b + (c.carry() ? 1 : 0);
      case SBB -> a - b - (c.carry() ? 1 : 0);
      case AND, TEST -> a & b;
      case SUB, CMP -> a - b;
      case XOR -> a ^ b;
    };
  }

  /** An operation with operands of any kind and size. */
  Op op(Operand first, Operand second) {
    return writes() ? new Modify(this, first, second) : new Compare(this, first, second);
  }

  private static final class Modify extends Op {
    private final Alu kind;
    private final Operand first;
    private final Operand second;
    private final int flagsOp;

    Modify(Alu kind, Operand first, Operand second) {
      this.kind = kind;
      this.first = first;
      this.second = second;
      this.flagsOp = kind.flagsOp() + first.size;
      this.stackSegment = first.onStack() || second.onStack();
    }

    @Override
    void execute(Processor c) {
      long place = first.placeToWrite(c);
      long b = second.read(c);
      long a = first.load(c, place);
      long r = kind.apply(c, a, b);
      first.store(c, place, r);
      c.flags(flagsOp, r, a, b);
    }
  }

  private static final class Compare extends Op {
    private final Operand first;
    private final Operand second;
    private final boolean test;
    private final int flagsOp;

    Compare(Alu kind, Operand first, Operand second) {
      this.first = first;
      this.second = second;
      this.test = kind == TEST;
      this.flagsOp = kind.flagsOp() + first.size;
      this.stackSegment = first.onStack() || second.onStack();
    }

    @Override
    void execute(Processor c) {
      long a = first.read(c);
      long b = second.read(c);
      c.flags(flagsOp, test ? a & b : a - b, a, b);
    }
  }
}
