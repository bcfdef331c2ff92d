package dev.ringside.vmm;

/** Told when the machine goes on, stops and ends, on the machine's thread; it must not block. */
public interface MachineListener {
  /** The machine runs from now on. */
  default void resumed() {}

  /** The machine has stopped and waits for {@link VirtualMachine#resume}. */
  void stopped(MachineStop stop);

  /** The guest's life has ended. */
  void ended(GuestEnd end);
}
