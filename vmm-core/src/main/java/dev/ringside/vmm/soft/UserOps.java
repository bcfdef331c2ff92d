package dev.ringside.vmm.soft;

/**
 * The instructions that programs in user mode can run: everything but system instructions and far
 * transfers.
 */
final class UserOps {
  private UserOps() {}

  /** The binders, those of the commonest instructions first. */
  static OpFactory.Binder[] binders() {
    return new OpFactory.Binder[] {
      new MoveBinder(),
      new ArithmeticBinder(),
      new BranchBinder(),
      new StackBinder(),
      new ShiftBinder(),
      new BitBinder(),
      new MultiplyBinder(),
      new StringBinder(),
      new ExchangeBinder(),
      new MiscBinder(),
      new VectorMoveBinder(),
      new PackedBinder(),
      new SseFloatBinder(),
      new X87Binder(),
      new X87StateBinder()
    };
  }
}
