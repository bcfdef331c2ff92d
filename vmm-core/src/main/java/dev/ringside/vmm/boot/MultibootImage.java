package dev.ringside.vmm.boot;

import dev.ringside.vmm.device.MemoryRegion;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Register;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Multiboot 1 kernel (Multiboot Specification 0.6.96): loaded by the address fields of its header
 * if it has them, by its ELF32 program headers otherwise. The initrd becomes its one module.
 */
final class MultibootImage implements GuestImage {
  private static final long BOOTLOADER_MAGIC = 0x2BADB002L;
  private static final String LOADER_NAME = "Ringside";

  private static final int HEADER_WITH_ADDRESSES = 32;

  // 3.3: offsets in the boot information, and the flags that say what is valid.
  private static final int INFO_LENGTH = 116;
  private static final int MEM_LOWER = 4;
  private static final int MEM_UPPER = 8;
  private static final int CMDLINE = 16;
  private static final int MODS_COUNT = 20;
  private static final int MODS_ADDR = 24;
  private static final int MMAP_LENGTH = 44;
  private static final int MMAP_ADDR = 48;
  private static final int BOOT_LOADER_NAME = 64;
  private static final int FLAG_MEMORY = 1;
  private static final int FLAG_CMDLINE = 1 << 2;
  private static final int FLAG_MODULES = 1 << 3;
  private static final int FLAG_MMAP = 1 << 6;
  private static final int FLAG_LOADER_NAME = 1 << 9;

  private static final int MMAP_ENTRY = 24;
  private static final int MODULE_ENTRY = 16;

  private final ImageFile file;
  private final MultibootHeader header;
  private final Optional<ElfFile> elf;

  private MultibootImage(ImageFile file, MultibootHeader header, Optional<ElfFile> elf) {
    this.file = file;
    this.header = header;
    this.elf = elf;
  }

  static MultibootImage parse(ImageFile file, MultibootHeader header) throws GuestImageException {
    if (header.unknownDemands() != 0) {
      throw file.problem(
          new ImageProblem.Unsupported(
              String.format(
                  "asks for Multiboot features that do not exist (flags 0x%x)",
                  header.unknownDemands()),
              "clear these bits in its Multiboot header"));
    }
    if (header.hasAddresses()) {
      file.require(header.offset(), HEADER_WITH_ADDRESSES, "the Multiboot header");
      return new MultibootImage(file, header, Optional.empty());
    }
    return new MultibootImage(file, header, Optional.of(ElfFile.parse(file)));
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public String format() {
    return "Multiboot 1";
  }

  @Override
  public EntryState load(BootRequest request) throws GuestImageException {
    Placement placement = new Placement(file, request.memory());
    long entry;
    long end;
    if (elf.isPresent()) {
      elf.get().loadInto(placement);
      entry = elf.get().physicalEntry();
      end = elf.get().highest();
    } else {
      end = loadByAddresses(placement);
      entry = header.entry();
    }
    DescriptorTable gdt = BootTables.descriptors(placement, false);
    long info = writeInformation(placement, request, end);
    return EntryState.protectedMode(
        gdt, Map.of(Register.RAX, BOOTLOADER_MAGIC, Register.RBX, info, Register.RIP, entry));
  }

  /**
   * 3.1.3: the file from the header's place on, to {@code load_end_addr} or the file's end; then
   * zeros.
   */
  private long loadByAddresses(Placement placement) throws GuestImageException {
    long load = header.loadAddress();
    long offset = header.offset() - (header.headerAddress() - load);
    long end = header.loadEnd() == 0 ? load + file.size() - offset : header.loadEnd();
    long bssEnd = Math.max(header.bssEnd(), end);
    if (offset < 0 || header.headerAddress() < load || end < load) {
      throw file.problem(
          new ImageProblem.Unsupported(
              "has a Multiboot header whose address fields contradict each other",
              "set header_addr, load_addr and load_end_addr from linker symbols"));
    }
    file.require(offset, end - load, "the Multiboot image");
    if (bssEnd == load) {
      throw file.problem(new ImageProblem.NothingToLoad());
    }
    placement.take("the Multiboot image", load, bssEnd - load);
    file.copyTo(offset, placement.memory(), load, end - load);
    return bssEnd;
  }

  private static long writeInformation(Placement placement, BootRequest request, long imageEnd)
      throws GuestImageException {
    GuestMemory memory = request.memory();
    List<MemoryRegion> map = MemoryRegion.mapOf(memory);
    byte[] cmdline = text(request.commandLine());
    byte[] loaderName = text(LOADER_NAME);
    int mapAt = INFO_LENGTH + 4;
    int moduleAt = mapAt + map.size() * MMAP_ENTRY;
    int nameAt = moduleAt + MODULE_ENTRY;
    int cmdlineAt = nameAt + loaderName.length;
    long info =
        placement.lowest(
            "the Multiboot information",
            cmdlineAt + (long) cmdline.length,
            0x1000,
            MemoryRegion.EBDA);
    int flags = FLAG_MEMORY | FLAG_CMDLINE | FLAG_MMAP | FLAG_LOADER_NAME | FLAG_MODULES;
    memory.writeInt(info, flags);
    memory.writeInt(info + MEM_LOWER, (int) (Math.min(memory.lowSize(), MemoryRegion.EBDA) >> 10));
    memory.writeInt(
        info + MEM_UPPER, (int) (Math.max(0, memory.lowSize() - MemoryRegion.ONE_MIB) >> 10));
    memory.write(info + cmdlineAt, cmdline);
    memory.writeInt(info + CMDLINE, (int) (info + cmdlineAt));
    memory.write(info + nameAt, loaderName);
    memory.writeInt(info + BOOT_LOADER_NAME, (int) (info + nameAt));
    memory.writeInt(info + MMAP_LENGTH, map.size() * MMAP_ENTRY);
    memory.writeInt(info + MMAP_ADDR, (int) (info + mapAt));
    for (int i = 0; i < map.size(); i++) {
      long at = info + mapAt + (long) i * MMAP_ENTRY;
      memory.writeInt(at, MMAP_ENTRY - 4);
      memory.writeLong(at + 4, map.get(i).first());
      memory.writeLong(at + 12, map.get(i).length());
      memory.writeInt(at + 20, map.get(i).type());
    }
    memory.writeInt(info + MODS_ADDR, (int) (info + moduleAt));
    if (request.initrd().isPresent()) {
      byte[] module = request.initrd().get();
      long from = Math.max(imageEnd, MemoryRegion.ONE_MIB);
      long at = placement.lowest("the initrd", module.length, from, memory.lowSize());
      memory.write(at, module);
      memory.writeInt(info + MODS_COUNT, 1);
      memory.writeInt(info + moduleAt, (int) at);
      memory.writeInt(info + moduleAt + 4, (int) (at + module.length));
      memory.writeInt(info + moduleAt + 8, (int) (info + cmdlineAt + cmdline.length - 1));
    }
    return info;
  }

  private static byte[] text(String value) {
    return (value + "\0").getBytes(StandardCharsets.UTF_8);
  }
}
