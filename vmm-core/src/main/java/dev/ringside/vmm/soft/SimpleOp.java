package dev.ringside.vmm.soft;

/** An op without operands of its own, or too rare for a class. */
final class SimpleOp extends Op {
  /** What it does, by the rules of {@link Op}. */
  interface Action {
    void run(Processor c);
  }

  private final Action action;

  SimpleOp(Action action) {
    this.action = action;
  }

  @Override
  void execute(Processor c) {
    action.run(c);
  }

  /** Marks that a memory operand is in SS. */
  SimpleOp onStack(boolean stack) {
    stackSegment = stack;
    return this;
  }
}
