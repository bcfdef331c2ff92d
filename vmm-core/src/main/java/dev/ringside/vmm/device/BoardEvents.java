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

  /**
   * An INIT message for a vCPU. A machine with application processors puts that vCPU into its reset
   * state, waiting for {@link #startProcessor}; with one vCPU alone it resets the machine.
   */
  default void initProcessor(int vcpu) {
    reset("INIT to vCPU " + vcpu);
  }

  /**
   * A start-up message for a vCPU: one that waits for it starts in real mode at {@code vector} ×
   * 4096. A vCPU that is running ignores it (SDM vol. 3A, 9.4.3), as does this.
   */
  default void startProcessor(int vcpu, int vector) {}
}
