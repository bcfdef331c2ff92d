package dev.ringside.vmm.device;

/**
 * A device on guest-physical memory. Offsets are relative to where the bus maps it; sizes are 1, 2,
 * 4 or 8 bytes.
 */
public interface MemoryDevice {
  long readMemory(long offset, int size);

  void writeMemory(long offset, int size, long value);
}
