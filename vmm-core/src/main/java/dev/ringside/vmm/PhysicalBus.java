package dev.ringside.vmm;

/**
 * What answers a vCPU's port and MMIO accesses: the board. Called on a vCPU's thread. Sizes are in
 * bytes.
 */
public interface PhysicalBus {
  /** IN: an unclaimed port reads as all ones. {@code size}: 1, 2 or 4. */
  long readPort(int port, int size);

  /** OUT: a write to an unclaimed port is lost, as on hardware. */
  void writePort(int port, int size, long value);

  /** Whether anything answers at that guest-physical address. */
  boolean claims(long gpa);

  /** An MMIO read; an unclaimed address reads as all ones. {@code size}: 1, 2, 4 or 8. */
  long readMemory(long gpa, int size);

  /** An MMIO write; lost where unclaimed. */
  void writeMemory(long gpa, int size, long value);
}
