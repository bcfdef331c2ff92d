package dev.ringside.vmm.device;

/** What devices ask of the machine. Called on the thread that runs the vCPUs. */
public interface BoardEvents {
  /** ACPI power-off. */
  void powerOff();

  /** A reset of the whole machine; {@code how} says through what, for the log. */
  void reset(String how);

  /** A byte written to isa-debug-exit. */
  void debugExit(int value);

  /** An interrupt controller's output towards a vCPU may have changed. */
  void interruptChanged();
}
