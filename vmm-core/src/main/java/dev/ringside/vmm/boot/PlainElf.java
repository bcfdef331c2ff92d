package dev.ringside.vmm.boot;

import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Register;
import java.util.Map;

/**
 * An ELF executable without a boot protocol. ELF64 starts in 64-bit mode with the first 4 GiB
 * mapped onto themselves, ELF32 in flat protected mode; interrupts are off, and a stack of 16 KiB
 * lies below the image. There is no way to pass such a kernel a command line or an initrd.
 */
final class PlainElf implements GuestImage {
  private static final long STACK = 0x4000;

  private final ImageFile file;
  private final ElfFile elf;

  PlainElf(ImageFile file, ElfFile elf) {
    this.file = file;
    this.elf = elf;
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public String format() {
    return elf.is64() ? "ELF64" : "ELF32";
  }

  @Override
  public EntryState load(BootRequest request) throws GuestImageException {
    if (request.initrd().isPresent()) {
      throw file.problem(
          new ImageProblem.Unsupported(
              "is a plain ELF executable, which has no way to receive an initrd",
              "leave the initrd away, or give the kernel a Multiboot header or a PVH note"));
    }
    Placement placement = new Placement(file, request.memory());
    elf.loadInto(placement);
    long stack = placement.highest("the stack", STACK, 0x1000, elf.lowest()) + STACK;
    DescriptorTable gdt = BootTables.descriptors(placement, elf.is64());
    Map<Register, Long> registers = Map.of(Register.RIP, elf.physicalEntry(), Register.RSP, stack);
    return elf.is64()
        ? EntryState.longMode(gdt, BootTables.identityMap(placement), registers)
        : EntryState.protectedMode(gdt, registers);
  }
}
