package dev.ringside.vmm.boot;

import dev.ringside.vmm.device.MemoryRegion;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Register;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An ELF kernel with the note of the PVH boot protocol (Xen's docs/misc/pvh.pandoc): started in
 * flat 32-bit protected mode with EBX at a {@code hvm_start_info} of version 1 (Xen's
 * public/arch-x86/hvm/start_info.h).
 */
final class PvhImage implements GuestImage {
  private static final int MAGIC = 0x336ec578;
  private static final int VERSION = 1;

  private static final int INFO_LENGTH = 56;
  private static final int MODULE_ENTRY = 32;
  private static final int MAP_ENTRY = 24;

  private final ImageFile file;
  private final ElfFile elf;

  PvhImage(ImageFile file, ElfFile elf) {
    this.file = file;
    this.elf = elf;
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public String format() {
    return "ELF with PVH note";
  }

  @Override
  public EntryState load(BootRequest request) throws GuestImageException {
    Placement placement = new Placement(file, request.memory());
    elf.loadInto(placement);
    DescriptorTable gdt = BootTables.descriptors(placement, false);
    long info = writeStartInformation(placement, request);
    long entry = elf.pvhEntry().orElseThrow();
    return EntryState.protectedMode(gdt, Map.of(Register.RBX, info, Register.RIP, entry));
  }

  private long writeStartInformation(Placement placement, BootRequest request)
      throws GuestImageException {
    GuestMemory memory = request.memory();
    List<MemoryRegion> map = MemoryRegion.mapOf(memory);
    byte[] cmdline = (request.commandLine() + "\0").getBytes(StandardCharsets.UTF_8);
    int moduleAt = INFO_LENGTH;
    int mapAt = moduleAt + MODULE_ENTRY;
    int cmdlineAt = mapAt + map.size() * MAP_ENTRY;
    long info =
        placement.lowest(
            "the PVH start information",
            cmdlineAt + (long) cmdline.length,
            0x1000,
            MemoryRegion.EBDA);
    memory.writeInt(info, MAGIC);
    memory.writeInt(info + 4, VERSION);
    memory.writeLong(info + 24, info + cmdlineAt);
    memory.writeLong(info + 32, request.rsdp());
    memory.writeLong(info + 40, info + mapAt);
    memory.writeInt(info + 48, map.size());
    memory.write(info + cmdlineAt, cmdline);
    for (int i = 0; i < map.size(); i++) {
      long at = info + mapAt + (long) i * MAP_ENTRY;
      memory.writeLong(at, map.get(i).first());
      memory.writeLong(at + 8, map.get(i).length());
      memory.writeInt(at + 16, map.get(i).type());
    }
    if (request.initrd().isPresent()) {
      byte[] module = request.initrd().get();
      long at = placement.highest("the initrd", module.length, elf.highest(), memory.lowSize());
      memory.write(at, module);
      memory.writeInt(info + 12, 1);
      memory.writeLong(info + 16, info + moduleAt);
      memory.writeLong(info + moduleAt, at);
      memory.writeLong(info + moduleAt + 8, module.length);
    }
    return info;
  }
}
