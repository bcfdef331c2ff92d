package dev.ringside.vmm.vmx;

/** How the checks of VM entry read the structures in memory that a VMCS points to. */
@FunctionalInterface
public interface PhysicalMemoryReader {
  /**
   * The eight bytes at a host-physical address, little-endian. The address is within the physical
   * address width; what is not backed by memory reads as all ones, as it does on a bus.
   */
  long read64(long physicalAddress);
}
