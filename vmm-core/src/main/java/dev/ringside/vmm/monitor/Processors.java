package dev.ringside.vmm.monitor;

import dev.ringside.vmm.BackendUnavailableException;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.memory.GuestMemory;

/** Opens the processor that a configuration asks for, with the memory it needs. */
final class Processors {
  /** A vCPU with its memory. */
  interface Backing extends AutoCloseable {
    GuestMemory memory();

    Vcpu vcpu();

    /** Puts the vCPU into its state after reset, its instruction count kept. */
    void reset();

    @Override
    void close();
  }

  private Processors() {}

  /** Throws {@link BackendUnavailableException} where the host does not have it. */
  @SuppressWarnings("DoNotCallSuggester")
  static Backing open(MachineConfiguration configuration) {
    throw new BackendUnavailableException(configuration.backend() + " is being built");
  }
}
