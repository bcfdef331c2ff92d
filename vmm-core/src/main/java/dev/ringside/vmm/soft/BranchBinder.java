package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import org.jspecify.annotations.Nullable;

/** Binds near control transfers: Jcc, JMP, CALL, RET, LOOP and JCXZ. */
final class BranchBinder implements OpFactory.Binder {
  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    Op op =
        switch (i.mnemonic()) {
          case JCC -> conditional(i);
          case JMP ->
              i.operandKind(0) == OperandKind.RELATIVE
                  ? new Jump(i.branchTarget())
                  : new IndirectJump(Operand.of(i, 0, mode));
          case CALL ->
              i.operandKind(0) == OperandKind.RELATIVE
                  ? mode.isLong()
                      ? new Call64(i.branchTarget(), i.nextAddress())
                      : new Call(
                          i.branchTarget(), i.nextAddress(), new Stack(mode, i.operandSize()))
                  : new IndirectCall(
                      Operand.of(i, 0, mode), i.nextAddress(), new Stack(mode, i.operandSize()));
          case RET -> {
            long release = i.operandCount() > 0 ? i.immediate() : 0;
            yield mode.isLong()
                ? new Return64(release)
                : new Return(new Stack(mode, i.operandSize()), release);
          }
          case LOOP -> new Loop(i.branchTarget(), Address.mask(i.addressSize()), -1);
          case LOOPE -> new Loop(i.branchTarget(), Address.mask(i.addressSize()), 4);
          case LOOPNE -> new Loop(i.branchTarget(), Address.mask(i.addressSize()), 5);
          case JCXZ -> new JumpIfZero(i.branchTarget(), Address.mask(i.addressSize()));
          default -> null;
        };
    return op == null ? null : op.ending();
  }

  private static Op conditional(Instruction i) {
    long target = i.branchTarget();
    return switch (i.condition()) {
      case 4 -> new JumpIfResult(target, true);
      case 5 -> new JumpIfResult(target, false);
      default -> new JumpIf(i.condition(), target);
    };
  }

  /**
   * Goes to an offset in CS. Targets of 64-bit code are canonical unless the code is at the very
   * edge.
   */
  static void jump(Processor c, long target) {
    // Outside 64-bit mode offsets have 32 bits at most; in it, the limit is the largest number
    // there is.
    if (target > c.codeLimit || !canonical(target)) {
      throw c.exception(Vector.GP, 0);
    }
    c.rip = target;
  }

  static boolean canonical(long linear) {
    return linear << 16 >> 16 == linear;
  }

  private static final class JumpIf extends Op {
    private final int condition;
    private final long target;

    JumpIf(int condition, long target) {
      this.condition = condition;
      this.target = target;
    }

    @Override
    void execute(Processor c) {
      if (c.condition(condition)) {
        jump(c, target);
      }
    }
  }

  /** JE and JNE. */
  private static final class JumpIfResult extends Op {
    private final long target;
    private final boolean zero;

    JumpIfResult(long target, boolean zero) {
      this.target = target;
      this.zero = zero;
    }

    @Override
    void execute(Processor c) {
      if (c.zero() == zero) {
        jump(c, target);
      }
    }
  }

  private static final class Jump extends Op {
    private final long target;

    Jump(long target) {
      this.target = target;
    }

    @Override
    void execute(Processor c) {
      jump(c, target);
    }
  }

  private static final class IndirectJump extends Op {
    private final Operand target;

    IndirectJump(Operand target) {
      this.target = target;
      this.stackSegment = target.onStack();
    }

    @Override
    void execute(Processor c) {
      jump(c, target.read(c));
    }
  }

  private static final class Call64 extends Op {
    private final long target;
    private final long next;

    Call64(long target, long next) {
      this.target = target;
      this.next = next;
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      if (!canonical(target)) {
        throw c.exception(Vector.GP, 0);
      }
      long sp = c.gpr[Processor.RSP] - 8;
      c.memory.writeLong(sp, next);
      c.gpr[Processor.RSP] = sp;
      c.rip = target;
    }
  }

  private static final class Return64 extends Op {
    private final long release;

    Return64(long release) {
      this.release = release + 8;
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      long sp = c.gpr[Processor.RSP];
      long target = c.memory.readLong(sp);
      if (!canonical(target)) {
        throw c.exception(Vector.GP, 0);
      }
      c.gpr[Processor.RSP] = sp + release;
      c.rip = target;
    }
  }

  private static final class Call extends Op {
    private final long target;
    private final long next;
    private final Stack stack;

    Call(long target, long next, Stack stack) {
      this.target = target;
      this.next = next;
      this.stack = stack;
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      if (target > c.codeLimit) {
        throw c.exception(Vector.GP, 0);
      }
      stack.push(c, next);
      c.rip = target;
    }
  }

  private static final class IndirectCall extends Op {
    private final Operand target;
    private final long next;
    private final Stack stack;

    IndirectCall(Operand target, long next, Stack stack) {
      this.target = target;
      this.next = next;
      this.stack = stack;
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      long to = target.readBesideStack(c);
      if (to > c.codeLimit || !canonical(to)) {
        throw c.exception(Vector.GP, 0);
      }
      stack.push(c, next);
      c.rip = to;
    }
  }

  private static final class Return extends Op {
    private final Stack stack;
    private final long release;

    Return(Stack stack, long release) {
      this.stack = stack;
      this.release = release;
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      long target = stack.top(c);
      if (target > c.codeLimit) {
        throw c.exception(Vector.GP, 0);
      }
      stack.release(c, stack.bytes + release);
      c.rip = target;
    }
  }

  /** LOOP (condition −1), LOOPE and LOOPNE. */
  private static final class Loop extends Op {
    private final long target;
    private final long mask;
    private final int condition;

    Loop(long target, long mask, int condition) {
      this.target = target;
      this.mask = mask;
      this.condition = condition;
    }

    @Override
    void execute(Processor c) {
      long count = (c.gpr[Processor.RCX] - 1) & mask;
      if (count != 0 && (condition < 0 || c.condition(condition))) {
        jump(c, target);
      }
      Gpr.writeMasked(c, Processor.RCX, mask, count);
    }
  }

  private static final class JumpIfZero extends Op {
    private final long target;
    private final long mask;

    JumpIfZero(long target, long mask) {
      this.target = target;
      this.mask = mask;
    }

    @Override
    void execute(Processor c) {
      if ((c.gpr[Processor.RCX] & mask) == 0) {
        jump(c, target);
      }
    }
  }
}
