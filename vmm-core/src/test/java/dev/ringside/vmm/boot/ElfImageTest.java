package dev.ringside.vmm.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfImageTest {
  private final BootFixture boot = new BootFixture(64 * BootFixture.MIB);
  private final ElfBuilder elf = new ElfBuilder();

  private EntryState load() throws GuestImageException {
    return GuestImage.of("kernel", elf.build()).load(boot.request(""));
  }

  private static void assertRefused(byte[] content, String message) {
    assertThatThrownBy(() -> GuestImage.of("kernel", content))
        .isInstanceOf(GuestImageException.class)
        .hasMessage("kernel: " + message);
  }

  @Test
  void elf64StartsInLongModeOnIdentityMappedPages() throws GuestImageException {
    EntryState state = load();
    assertThat(state.efer()).isEqualTo(ControlBits.EFER_LME | ControlBits.EFER_LMA);
    assertThat(state.register(Register.CR0) & ControlBits.CR0_PG).isNotZero();
    assertThat(state.segment(SegmentRegister.CS).isLong()).isTrue();
    assertThat(state.register(Register.RIP)).isEqualTo(0x100010);
    long pml4 = state.register(Register.CR3);
    for (long va : new long[] {0, 0x123456789L & 0xffff_ffffL, 0xfee00000L, 0xffffffffL}) {
      long pdpt = boot.memory.readLong(pml4 + 8 * (va >>> 39)) & -4096;
      long directory = boot.memory.readLong(pdpt + 8 * (va >>> 30 & 511)) & -4096;
      long page = boot.memory.readLong(directory + 8 * (va >>> 21 & 511));
      assertThat(page).isEqualTo(va & -0x200000 | 0x83);
    }
  }

  @Test
  void theStackLiesBelowTheImageAndIsAligned() throws GuestImageException {
    long rsp = load().register(Register.RSP);
    assertThat(rsp).isLessThanOrEqualTo(0x9fc00).isGreaterThan(0x10000);
    assertThat(rsp % 16).isZero();
    elf.physical = 0x400000;
    elf.virtual = 0x400000;
    elf.entry = 0x400000;
    assertThat(load().register(Register.RSP)).isEqualTo(0x400000);
  }

  @Test
  void whatTheLoaderPlacesStaysClearOfALowImage() throws GuestImageException {
    elf.physical = 0x1000;
    elf.virtual = 0x1000;
    elf.entry = 0x1000;
    elf.memorySize = 0x8000;
    assertThatThrownBy(this::load).hasMessageContaining("leaves no room for the stack");
    elf.physical = 0x8000;
    elf.virtual = 0x8000;
    EntryState state = load();
    assertThat(state.register(Register.RSP)).isLessThanOrEqualTo(0x8000);
    assertThat(state.register(Register.CR3)).isGreaterThanOrEqualTo(0x10000);
    assertThat(boot.memory.read(0x8000, elf.body.length)).isEqualTo(elf.body);
  }

  @Test
  void elf32StartsInFlatProtectedMode() throws GuestImageException {
    elf.is64 = false;
    elf.machine = 3;
    EntryState state = load();
    assertThat(state.efer()).isZero();
    assertThat(state.segment(SegmentRegister.CS).isBig()).isTrue();
    assertThat(state.register(Register.CR0) & ControlBits.CR0_PG).isZero();
  }

  @Test
  void aHigherHalfEntryIsTranslatedThroughItsSegment() throws GuestImageException {
    elf.virtual = 0xffff_ffff_8010_0000L;
    elf.entry = 0xffff_ffff_8010_0020L;
    assertThat(load().register(Register.RIP)).isEqualTo(0x100020);
  }

  @Test
  void aPvhNoteMeansPvh() throws GuestImageException {
    elf.pvhEntry = 0x100008;
    GuestImage image = GuestImage.of("kernel", elf.build());
    assertThat(image.format()).isEqualTo("ELF with PVH note");
    EntryState state =
        image.load(boot.request("quiet", "disk".getBytes(StandardCharsets.US_ASCII)));
    assertThat(state.register(Register.RIP)).isEqualTo(0x100008);
    assertThat(state.efer()).isZero();
    long info = state.register(Register.RBX);
    assertThat(boot.u32(info)).isEqualTo(0x336ec578);
    assertThat(boot.u32(info + 4)).isEqualTo(1);
    assertThat(boot.string(boot.memory.readLong(info + 24))).isEqualTo("quiet");
    assertThat(boot.memory.readLong(info + 32)).isEqualTo(BootFixture.RSDP);
    long map = boot.memory.readLong(info + 40);
    assertThat(boot.u32(info + 48)).isEqualTo(4);
    assertThat(boot.memory.readLong(map + 8)).isEqualTo(0x9fc00);
    long module = boot.memory.readLong(info + 16);
    assertThat(boot.u32(info + 12)).isEqualTo(1);
    assertThat(boot.string(boot.memory.readLong(module))).isEqualTo("disk");
    assertThat(boot.memory.readLong(module + 8)).isEqualTo(4);
  }

  @Test
  void aPlainElfTakesNoInitrd() throws GuestImageException {
    GuestImage image = GuestImage.of("kernel", elf.build());
    assertThatThrownBy(() -> image.load(boot.request("", new byte[1])))
        .hasMessageStartingWith("kernel: is a plain ELF executable, which has no way to receive");
  }

  @Test
  void badInputsSayWhatIsWrong() {
    assertRefused(new byte[0], "is empty; give a kernel image or a boot sector");
    assertRefused(
        new byte[700],
        "is not a guest we understand; give a bzImage, a Multiboot 1 kernel, an x86 ELF executable"
            + " or a boot sector that ends in 55 AA");
    assertRefused(
        Arrays.copyOf(elf.build(), 20),
        "is truncated: the ELF header needs 52 bytes, the file has 20; copy or build it again");
    assertRefused(
        Arrays.copyOf(elf.build(), 0x1008),
        "is truncated: segment 0 needs 4119 bytes, the file has 4104; copy or build it again");
    elf.machine = 183;
    assertRefused(elf.build(), "is built for AArch64; build it for x86 (i386 or x86-64)");
    elf.machine = 62;
    elf.type = 1;
    assertRefused(
        elf.build(),
        "is a relocatable object (ET_REL), not an executable; link it at a fixed address"
            + " (ET_EXEC)");
    elf.type = 4;
    assertRefused(
        elf.build(),
        "is a core dump (ET_CORE), not an executable; link it at a fixed address (ET_EXEC)");
    elf.type = 3;
    assertRefused(
        elf.build(),
        "is position-independent (ET_DYN); link it at a fixed address with -static -no-pie");
  }

  @Test
  void segmentsThatDoNotFitSayWhere() throws GuestImageException {
    elf.loads = 0;
    assertThatThrownBy(this::load).hasMessageContaining("has no loadable segment");
    elf.loads = 1;
    elf.physical = 0xb8000;
    assertThatThrownBy(this::load)
        .hasMessageContaining("segment 1 at 0xb8000 to 0xb9fff is not in guest RAM");
    elf.physical = 64 * BootFixture.MIB - 0x1000;
    assertThatThrownBy(this::load).hasMessageContaining("give more --memory or link it lower");
    elf.physical = 0xd000_0000L;
    assertThatThrownBy(this::load).hasMessageContaining("the hole from 3 to 4 GiB");
    elf.physical = -0x1000;
    assertThatThrownBy(this::load).hasMessageContaining("is not in guest RAM");
    elf.physical = 0xf0000;
    assertThatThrownBy(this::load).hasMessageContaining("overlaps the firmware's tables");
    elf.physical = 0x100000;
    elf.memorySize = -1;
    assertThatThrownBy(this::load).isInstanceOf(GuestImageException.class);
  }

  @Test
  void everyTruncationIsAnErrorAndNothingElse() {
    elf.pvhEntry = 0x100000;
    byte[] whole = elf.build();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> GuestImage.of("kernel", cut))
          .isInstanceOf(GuestImageException.class);
    }
  }

  @Test
  void filesThatCannotBeRead(@TempDir Path folder) throws Exception {
    assertThatThrownBy(() -> GuestImage.open(folder.resolve("absent")))
        .hasMessageEndingWith("cannot be read: there is no such file");
    assertThatThrownBy(() -> GuestImage.open(folder)).hasMessageEndingWith("it is a folder");
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThatThrownBy(() -> GuestImage.open(empty)).hasMessageContaining("is empty");
    Path file = Files.write(folder.resolve("kernel"), elf.build());
    assertThat(GuestImage.open(file).format()).isEqualTo("ELF64");
  }
}
