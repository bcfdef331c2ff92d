package dev.ringside.vmm.device;

/**
 * A device on I/O ports. Offsets are relative to where the bus maps it; sizes are 1, 2 or 4 bytes.
 */
public interface PortDevice {
  long readPort(int offset, int size);

  void writePort(int offset, int size, long value);
}
