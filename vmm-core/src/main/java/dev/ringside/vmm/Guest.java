package dev.ringside.vmm;

import dev.ringside.vmm.boot.BootRequest;
import dev.ringside.vmm.boot.GuestImage;
import dev.ringside.vmm.boot.GuestImageException;
import dev.ringside.vmm.device.BootDisk;
import dev.ringside.vmm.memory.GuestMemory;
import java.util.Optional;

/** What a machine boots, at power-on and after each reset. */
@FunctionalInterface
public interface Guest {
  /**
   * Places the image in zeroed memory and puts the vCPU into the state that its boot protocol asks
   * for.
   *
   * @param rsdp guest-physical address of the ACPI root pointer that the board has written, 0 for
   *     none
   * @throws GuestImageException if the image does not fit this machine
   */
  void boot(GuestMemory memory, long rsdp, CpuState vcpu) throws GuestImageException;

  /** An image file with its command line and, where its protocol has one, an initial RAM disk. */
  static Guest of(GuestImage image, Optional<byte[]> initrd, String commandLine) {
    return new Guest() {
      @Override
      public void boot(GuestMemory memory, long rsdp, CpuState vcpu) throws GuestImageException {
        image.load(new BootRequest(memory, initrd, commandLine, rsdp)).applyTo(vcpu);
      }

      @Override
      public Optional<BootDisk> disk() {
        return image.disk();
      }
    };
  }

  /** The disk that the guest reads through a BIOS's services; empty if it gets no BIOS. */
  default Optional<BootDisk> disk() {
    return Optional.empty();
  }
}
