package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.decode.RegisterClass;
import org.jspecify.annotations.Nullable;

/** Binds PUSH and POP of values, PUSHA, POPA, ENTER and LEAVE. */
final class StackBinder implements OpFactory.Binder {
  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case PUSH -> push(i, mode);
      case POP -> pop(i, mode);
      case PUSHA -> new SimpleOp(pushAll(new Stack(mode, i.operandSize()))).onStack(true);
      case POPA -> new SimpleOp(popAll(new Stack(mode, i.operandSize()))).onStack(true);
      case ENTER ->
          new SimpleOp(enter(new Stack(mode, i.operandSize()), i.immediate(), i.immediate2() & 31))
              .onStack(true);
      case LEAVE ->
          mode.isLong() && i.operandSize() == 64
              ? new Leave64()
              : new SimpleOp(leave(new Stack(mode, i.operandSize()))).onStack(true);
      default -> null;
    };
  }

  private static Op push(Instruction i, CodeMode mode) {
    Stack stack = new Stack(mode, i.operandSize());
    if (MoveBinder.isRegister(i, 0, RegisterClass.SEGMENT)) {
      return new Push(stack, new MoveBinder.Selector(i.registerNumber(0)));
    }
    if (mode.isLong() && i.operandSize() == 64) {
      if (i.operandKind(0) == OperandKind.REGISTER) {
        return new Push64(i.registerNumber(0));
      }
      if (i.operandKind(0) == OperandKind.IMMEDIATE) {
        return new PushConstant64(i.immediate());
      }
    }
    return new Push(stack, Operand.of(i, 0, mode));
  }

  private static @Nullable Op pop(Instruction i, CodeMode mode) {
    if (MoveBinder.isRegister(i, 0, RegisterClass.SEGMENT)) {
      return null;
    }
    if (mode.isLong() && i.operandSize() == 64 && i.operandKind(0) == OperandKind.REGISTER) {
      return new Pop64(i.registerNumber(0));
    }
    return new Pop(new Stack(mode, i.operandSize()), Operand.of(i, 0, mode));
  }

  private static SimpleOp.Action pushAll(Stack stack) {
    return c -> {
      stack.checkPushes(c, 8);
      long before = c.gpr[Processor.RSP];
      for (int n = 0; n < 8; n++) {
        stack.push(c, n == Processor.RSP ? before : c.gpr[n]);
      }
    };
  }

  private static SimpleOp.Action popAll(Stack stack) {
    int size = Operand.sizeOf(stack.bytes * 8);
    return c -> {
      long[] values = new long[8];
      for (int n = 0; n < 8; n++) {
        values[n] = stack.entry(c, 7 - n);
      }
      for (int n = 0; n < 8; n++) {
        if (n != Processor.RSP) {
          Gpr.write(c, n, size, values[n]);
        }
      }
      stack.release(c, 8L * stack.bytes);
    };
  }

  private static SimpleOp.Action enter(Stack stack, long space, int level) {
    int size = Operand.sizeOf(stack.bytes * 8);
    return c -> {
      long before = c.gpr[Processor.RSP];
      stack.checkPushes(c, level + 1);
      try {
        stack.push(c, c.gpr[Processor.RBP]);
        long frame = stack.pointer(c);
        for (int n = 1; n < level; n++) {
          stack.push(c, stack.at(c, c.gpr[Processor.RBP] - (long) n * stack.bytes));
        }
        if (level > 0) {
          stack.push(c, frame);
        }
        stack.release(c, -space);
        // The frame's end must be writable (SDM volume 2, ENTER: "the check is made").
        stack.checkTop(c);
        Gpr.write(c, Processor.RBP, size, frame);
      } catch (GuestFault | RestartSignal | ExitSignal e) {
        c.gpr[Processor.RSP] = before;
        throw e;
      }
    };
  }

  private static SimpleOp.Action leave(Stack stack) {
    int size = Operand.sizeOf(stack.bytes * 8);
    return c -> {
      long frame = c.gpr[Processor.RBP];
      long value = stack.at(c, frame);
      stack.pointer(c, frame);
      stack.release(c, stack.bytes);
      Gpr.write(c, Processor.RBP, size, value);
    };
  }

  private static final class Push64 extends Op {
    private final int s;

    Push64(int s) {
      this.s = s;
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      long sp = c.gpr[Processor.RSP] - 8;
      c.memory.writeLong(sp, c.gpr[s]);
      c.gpr[Processor.RSP] = sp;
    }
  }

  private static final class PushConstant64 extends Op {
    private final long value;

    PushConstant64(long value) {
      this.value = value;
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      long sp = c.gpr[Processor.RSP] - 8;
      c.memory.writeLong(sp, value);
      c.gpr[Processor.RSP] = sp;
    }
  }

  private static final class Pop64 extends Op {
    private final int d;

    Pop64(int d) {
      this.d = d;
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      long sp = c.gpr[Processor.RSP];
      long value = c.memory.readLong(sp);
      c.gpr[Processor.RSP] = sp + 8;
      c.gpr[d] = value;
    }
  }

  private static final class Leave64 extends Op {
    Leave64() {
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      long frame = c.gpr[Processor.RBP];
      c.gpr[Processor.RBP] = c.memory.readLong(frame);
      c.gpr[Processor.RSP] = frame + 8;
    }
  }

  private static final class Push extends Op {
    private final Stack stack;
    private final Operand operand;

    Push(Stack stack, Operand operand) {
      this.stack = stack;
      this.operand = operand;
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      stack.push(c, operand.readBesideStack(c));
    }
  }

  private static final class Pop extends Op {
    private final Stack stack;
    private final Operand operand;

    Pop(Stack stack, Operand operand) {
      this.stack = stack;
      this.operand = operand;
      this.stackSegment = true;
    }

    @Override
    void execute(Processor c) {
      long before = c.gpr[Processor.RSP];
      long value = stack.top(c);
      // An address made with RSP sees it after the pop.
      stack.release(c, stack.bytes);
      try {
        operand.store(c, operand.placeToWrite(c), value);
      } catch (GuestFault f) {
        f.nonCanonical &= operand.onStack();
        c.gpr[Processor.RSP] = before;
        throw f;
      } catch (RestartSignal | ExitSignal e) {
        c.gpr[Processor.RSP] = before;
        throw e;
      }
    }
  }
}
