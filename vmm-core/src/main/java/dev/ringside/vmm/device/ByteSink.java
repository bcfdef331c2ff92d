package dev.ringside.vmm.device;

/** Where a device's output goes, byte by byte. Called on the thread that runs the vCPUs. */
@FunctionalInterface
public interface ByteSink {
  /** Takes one byte, 0 to 255. */
  void write(int value);
}
