package dev.ringside.vmm;

import dev.ringside.vmm.memory.GuestMemory;

/** What a machine boots: placed in memory and entered at power-on and after each reset. */
public interface Guest {
  /** Places the image in zeroed memory. */
  void load(GuestMemory memory);

  /** Puts the boot processor into the state that the image's boot protocol asks for. */
  void enter(CpuState vcpu);
}
