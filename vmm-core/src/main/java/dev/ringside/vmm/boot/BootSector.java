package dev.ringside.vmm.boot;

import dev.ringside.vmm.device.BootDisk;
import dev.ringside.vmm.x86.Register;
import java.util.Map;
import java.util.Optional;

/**
 * The first sector of a disk image, as a PC's BIOS starts it: loaded at 0:7C00 in real mode, DL =
 * 0x80 for the first hard disk, the stack below, interrupts on (BIOS Boot Specification 1.01,
 * 6.5.1).
 */
final class BootSector implements GuestImage {
  private static final long LOAD_ADDRESS = 0x7C00;
  private static final long FIRST_DISK = 0x80;

  private final ImageFile file;
  private final BootDisk disk;

  BootSector(ImageFile file) {
    this.file = file;
    this.disk = new ImageDisk(file);
  }

  static boolean matches(ImageFile file) {
    return file.has(0, BootDisk.SECTOR) && file.u16(510) == 0xAA55;
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public String format() {
    return "boot sector";
  }

  /**
   * The whole file as the boot disk; what the guest writes is kept apart and never reaches the
   * file.
   */
  @Override
  public Optional<BootDisk> disk() {
    return Optional.of(disk);
  }

  @Override
  public EntryState load(BootRequest request) throws GuestImageException {
    Placement placement = new Placement(file, request.memory());
    placement.take("the boot sector", LOAD_ADDRESS, BootDisk.SECTOR);
    file.copyTo(0, request.memory(), LOAD_ADDRESS, BootDisk.SECTOR);
    return EntryState.realMode(
        Map.of(Register.RIP, LOAD_ADDRESS, Register.RSP, LOAD_ADDRESS, Register.RDX, FIRST_DISK));
  }
}
