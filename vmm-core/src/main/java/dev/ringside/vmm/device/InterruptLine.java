package dev.ringside.vmm.device;

/** A wire into an interrupt controller. */
@FunctionalInterface
public interface InterruptLine {
  /** Drives the wire high or low. */
  void set(boolean high);
}
