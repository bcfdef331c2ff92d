package dev.ringside.vmm.soft;

/** The instructions that user mode has no use for, or may not run. */
final class SystemOps {
  private SystemOps() {}

  /** The binders, over the parts of one processor. */
  static OpFactory.Binder[] binders(Units units) {
    return new OpFactory.Binder[] {
      new TransferOps(units),
      new FlagOps(units),
      new SegmentOps(units),
      new PortOps(units),
      new ControlRegisterOps(units),
      new DescriptorTableOps(units),
      new MachineOps(units),
      new XsaveOps(units)
    };
  }
}
