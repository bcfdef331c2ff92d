package dev.ringside.vmm.boot;

import dev.ringside.vmm.memory.GuestMemory;
import java.util.Optional;

/**
 * What a loader works with.
 *
 * @param memory the guest's RAM, zeroed
 * @param initrd an initial RAM disk or Multiboot module
 * @param commandLine the kernel's command line, possibly empty
 * @param rsdp guest-physical address of the ACPI root pointer that stands in memory, or 0
 */
public record BootRequest(
    GuestMemory memory, Optional<byte[]> initrd, String commandLine, long rsdp) {
  /** Copies nothing: the initrd's bytes must not change until the image is loaded. */
  public BootRequest {}
}
