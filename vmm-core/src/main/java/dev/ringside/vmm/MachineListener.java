package dev.ringside.vmm;

/** Told of the machine's stops and end, on the machine's thread; it must not block. */
public interface MachineListener {
  /** The machine has stopped and waits for {@link VirtualMachine#resume}. */
  void stopped(MachineStop stop);

  /** The guest's life has ended. */
  void ended(GuestEnd end);
}
