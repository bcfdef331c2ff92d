package dev.ringside.vmm.device;

/**
 * The disk that a BIOS guest starts from, in sectors of 512 bytes. Used on the thread that runs the
 * vCPUs.
 */
public interface BootDisk {
  /** Bytes in a sector. */
  int SECTOR = 512;

  /** How many sectors it has. */
  long sectors();

  /** A sector's 512 bytes; {@code number} is below {@link #sectors}. */
  byte[] read(long number);

  /** Replaces a sector's 512 bytes. */
  void write(long number, byte[] sector);
}
