package dev.ringside.vmm.boot;

import dev.ringside.vmm.device.MemoryRegion;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.Register;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A Linux bzImage (Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header", "32-bit BOOT
 * PROTOCOL" and "64-bit BOOT PROTOCOL"): its protected-mode part is loaded where it prefers to be
 * and entered in 64-bit mode where it can be, in 32-bit mode otherwise. The real-mode part is never
 * run; its header is copied into {@code boot_params}.
 */
final class BzImage implements GuestImage {
  // Offsets of the setup header's fields, the same in the file and in boot_params.
  private static final int SETUP_SECTS = 0x1f1;
  private static final int BOOT_FLAG = 0x1fe;
  private static final int JUMP_LENGTH = 0x201;
  private static final int MAGIC = 0x202;
  private static final int PROTOCOL = 0x206;
  private static final int TYPE_OF_LOADER = 0x210;
  private static final int LOADFLAGS = 0x211;
  private static final int CODE32_START = 0x214;
  private static final int RAMDISK_IMAGE = 0x218;
  private static final int RAMDISK_SIZE = 0x21c;
  private static final int HEAP_END = 0x224;
  private static final int CMD_LINE_PTR = 0x228;
  private static final int INITRD_ADDR_MAX = 0x22c;
  private static final int KERNEL_ALIGNMENT = 0x230;
  private static final int RELOCATABLE = 0x234;
  private static final int XLOADFLAGS = 0x236;
  private static final int CMDLINE_SIZE = 0x238;
  private static final int PREF_ADDRESS = 0x258;
  private static final int INIT_SIZE = 0x260;

  // Fields of boot_params outside the header (Documentation/arch/x86/zero-page.rst).
  private static final int ACPI_RSDP = 0x070;
  private static final int ALT_MEM_K = 0x1e0;
  private static final int E820_ENTRIES = 0x1e8;
  private static final int E820_TABLE = 0x2d0;
  private static final int E820_ENTRY = 20;

  private static final int LOADED_HIGH = 1;
  private static final int KERNEL_64 = 1;
  private static final int OLDEST = 0x206;
  private static final int WITH_PREF_ADDRESS = 0x20a;
  private static final int WITH_XLOADFLAGS = 0x20c;

  /** type_of_loader for one without an assigned number. */
  private static final int UNDEFINED_LOADER = 0xff;

  private static final int ENTRY_64 = 0x200;
  private static final int PAGE = GuestMemory.PAGE_SIZE;

  private final ImageFile file;
  private final long setupLength;

  private BzImage(ImageFile file, long setupLength) {
    this.file = file;
    this.setupLength = setupLength;
  }

  static boolean matches(ImageFile file) {
    return file.has(MAGIC, 4)
        && file.u16(BOOT_FLAG) == 0xAA55
        && "HdrS".equals(file.text(MAGIC, 4));
  }

  static BzImage parse(ImageFile file) throws GuestImageException {
    file.require(0, INIT_SIZE + 4, "the Linux setup header");
    int version = file.u16(PROTOCOL);
    if (version < OLDEST) {
      throw file.problem(
          new ImageProblem.Unsupported(
              String.format("speaks Linux boot protocol %d.%02d", version >> 8, version & 0xff),
              "boot a kernel of 2.6.22 or later (protocol 2.06)"));
    }
    if ((file.u8(LOADFLAGS) & LOADED_HIGH) == 0) {
      throw file.problem(
          new ImageProblem.Unsupported(
              "is a zImage, loaded below 1 MiB", "build a bzImage instead"));
    }
    int sectors = file.u8(SETUP_SECTS);
    long setupLength = ((sectors == 0 ? 4 : sectors) + 1) * 512L;
    file.require(setupLength, ENTRY_64 + 1, "the protected-mode kernel");
    return new BzImage(file, setupLength);
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public String format() {
    return "bzImage";
  }

  @Override
  public EntryState load(BootRequest request) throws GuestImageException {
    GuestMemory memory = request.memory();
    Placement placement = new Placement(file, memory);
    int version = file.u16(PROTOCOL);
    boolean preferred = version >= WITH_PREF_ADDRESS;
    long kernelLength = file.size() - setupLength;
    long initLength = Math.max(kernelLength, preferred ? file.u32(INIT_SIZE) : kernelLength);
    long load = chooseAddress(placement, preferred, initLength);
    file.copyTo(setupLength, memory, load, kernelLength);

    long params = placement.lowest("boot_params", PAGE, 0x1000, MemoryRegion.EBDA);
    int headerEnd = MAGIC + file.u8(JUMP_LENGTH);
    memory.write(
        params + SETUP_SECTS,
        file.bytes(SETUP_SECTS, Math.max(headerEnd, INIT_SIZE + 4) - SETUP_SECTS));
    memory.writeByte(params + TYPE_OF_LOADER, UNDEFINED_LOADER);
    memory.writeShort(params + HEAP_END, 0);
    memory.writeInt(params + CODE32_START, (int) load);
    memory.writeLong(params + ACPI_RSDP, request.rsdp());
    writeMemoryMap(memory, params);
    writeCommandLine(placement, request, params);
    writeInitrd(placement, request, params, load + initLength);

    boolean in64 = version >= WITH_XLOADFLAGS && (file.u16(XLOADFLAGS) & KERNEL_64) != 0;
    DescriptorTable gdt = BootTables.descriptors(placement, in64);
    if (!in64) {
      return EntryState.protectedMode(gdt, Map.of(Register.RSI, params, Register.RIP, load));
    }
    return EntryState.longMode(
        gdt,
        BootTables.identityMap(placement),
        Map.of(Register.RSI, params, Register.RIP, load + ENTRY_64));
  }

  /**
   * Where the kernel prefers to be; a relocatable one goes to the next free place if that is not
   * RAM.
   */
  private long chooseAddress(Placement placement, boolean preferred, long length)
      throws GuestImageException {
    boolean relocatable = file.u8(RELOCATABLE) != 0;
    long wanted = preferred ? file.s64(PREF_ADDRESS) : MemoryRegion.ONE_MIB;
    if (relocatable && !placement.memory().isRam(wanted, length)) {
      long alignment = Math.max(file.u32(KERNEL_ALIGNMENT), PAGE);
      wanted = (MemoryRegion.ONE_MIB + alignment - 1) / alignment * alignment;
    }
    placement.take("the kernel", wanted, length);
    return wanted;
  }

  private static void writeMemoryMap(GuestMemory memory, long params) {
    List<MemoryRegion> map = MemoryRegion.mapOf(memory);
    memory.writeByte(params + E820_ENTRIES, map.size());
    for (int i = 0; i < map.size(); i++) {
      long at = params + E820_TABLE + (long) i * E820_ENTRY;
      memory.writeLong(at, map.get(i).first());
      memory.writeLong(at + 8, map.get(i).length());
      memory.writeInt(at + 16, map.get(i).type());
    }
    memory.writeInt(
        params + ALT_MEM_K, (int) (Math.max(0, memory.lowSize() - MemoryRegion.ONE_MIB) >> 10));
  }

  private void writeCommandLine(Placement placement, BootRequest request, long params)
      throws GuestImageException {
    byte[] text = request.commandLine().getBytes(StandardCharsets.UTF_8);
    long longest = file.u32(CMDLINE_SIZE);
    if (text.length > longest) {
      throw file.problem(
          new ImageProblem.Unsupported(
              "takes a command line of " + longest + " bytes at most, not " + text.length,
              "shorten it"));
    }
    long at = placement.lowest("the command line", text.length + 1L, 0x1000, MemoryRegion.EBDA);
    placement.memory().write(at, text);
    placement.memory().writeInt(params + CMD_LINE_PTR, (int) at);
  }

  private void writeInitrd(Placement placement, BootRequest request, long params, long above)
      throws GuestImageException {
    if (request.initrd().isEmpty()) {
      return;
    }
    byte[] initrd = request.initrd().get();
    long limit = file.u32(INITRD_ADDR_MAX) + 1;
    long at = placement.highest("the initrd", initrd.length, above, limit);
    placement.memory().write(at, initrd);
    placement.memory().writeInt(params + RAMDISK_IMAGE, (int) at);
    placement.memory().writeInt(params + RAMDISK_SIZE, initrd.length);
  }
}
