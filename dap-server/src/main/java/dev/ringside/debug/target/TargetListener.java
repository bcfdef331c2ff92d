package dev.ringside.debug.target;

import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineStop;

/** Hears of stops and the end, on the target's own thread; it must not block. */
public interface TargetListener {
  /** The guest has stopped. */
  void stopped(MachineStop stop);

  /** The guest's life has ended. */
  void ended(GuestEnd end);
}
