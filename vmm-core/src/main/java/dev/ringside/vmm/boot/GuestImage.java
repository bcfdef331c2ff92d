package dev.ringside.vmm.boot;

import dev.ringside.vmm.device.BootDisk;
import java.nio.file.Path;
import java.util.Optional;

/** A file that a guest can be started from, in one of the formats that this machine boots. */
public sealed interface GuestImage permits BzImage, MultibootImage, PvhImage, PlainElf, BootSector {
  /** The file's name, as given. */
  String name();

  /** The format as people call it, {@code Multiboot 1}. */
  String format();

  /**
   * Places the image with its boot information in guest memory.
   *
   * @return how the first vCPU starts
   * @throws GuestImageException if it does not fit, or contradicts itself
   */
  EntryState load(BootRequest request) throws GuestImageException;

  /** The disk that the guest reads through a BIOS's services; only a boot sector has one. */
  default Optional<BootDisk> disk() {
    return Optional.empty();
  }

  /**
   * Recognises a file by its content, in this order: bzImage; Multiboot 1 (ELF32, or any file whose
   * header carries address fields); ELF with a PVH note; plain ELF; boot sector.
   *
   * @throws GuestImageException if it cannot be read or is none of these
   */
  static GuestImage open(Path path) throws GuestImageException {
    return recognise(ImageFile.open(path));
  }

  /** Recognises an image in memory, as {@link #open} does a file. */
  static GuestImage of(String name, byte[] content) throws GuestImageException {
    return recognise(ImageFile.of(name, content));
  }

  private static GuestImage recognise(ImageFile file) throws GuestImageException {
    if (BzImage.matches(file)) {
      return BzImage.parse(file);
    }
    Optional<MultibootHeader> multiboot = MultibootHeader.find(file);
    if (multiboot.isPresent()
        && (multiboot.get().hasAddresses() || ElfFile.isElf(file) && !ElfFile.isElf64(file))) {
      return MultibootImage.parse(file, multiboot.get());
    }
    if (ElfFile.isElf(file)) {
      ElfFile elf = ElfFile.parse(file);
      return elf.pvhEntry().isPresent() ? new PvhImage(file, elf) : new PlainElf(file, elf);
    }
    if (BootSector.matches(file)) {
      return new BootSector(file);
    }
    throw file.problem(new ImageProblem.NotRecognised());
  }
}
