package dev.ringside.vmm.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.samples.SampleGuests;
import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MultibootImageTest {
  private static final int MAGIC = 0x1BADB002;

  private final BootFixture boot = new BootFixture(64 * BootFixture.MIB);

  /** A header with address fields at file offset 16: the image is loaded whole at 2 MiB. */
  private static byte[] withAddresses(int flags, int loadEnd, int bssEnd) {
    ByteBuffer b = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(16, MAGIC).putInt(20, flags).putInt(24, -MAGIC - flags);
    b.putInt(28, 0x200010).putInt(32, 0x200000).putInt(36, loadEnd).putInt(40, bssEnd);
    b.putInt(44, 0x200100);
    b.putInt(4092, 0x12345678);
    return b.array();
  }

  private static byte[] elf32() {
    ElfBuilder elf = new ElfBuilder();
    elf.is64 = false;
    elf.machine = 3;
    elf.body =
        ByteBuffer.allocate(64)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MAGIC)
            .putInt(3)
            .putInt(-MAGIC - 3)
            .array();
    return elf.build();
  }

  @Test
  void startsInFlatProtectedModeWithTheMagicAndTheInformation() throws GuestImageException {
    GuestImage image = GuestImage.of("kernel", withAddresses(0x10003, 0, 0));
    assertThat(image.format()).isEqualTo("Multiboot 1");
    EntryState state = image.load(boot.request("root=/dev/none"));
    assertThat(state.register(Register.RAX)).isEqualTo(0x2BADB002L);
    assertThat(state.register(Register.RIP)).isEqualTo(0x200100);
    assertThat(state.register(Register.CR0) & (ControlBits.CR0_PE | ControlBits.CR0_PG))
        .isEqualTo(ControlBits.CR0_PE);
    assertThat(state.register(Register.RFLAGS)).isEqualTo(2);
    Segment cs = state.segment(SegmentRegister.CS);
    assertThat(cs.isCode() && cs.isBig() && !cs.isLong()).isTrue();
    assertThat(cs.base()).isZero();
    assertThat(cs.limit()).isEqualTo(-1);
    assertThat(boot.u32(0x200000 + 4092)).isEqualTo(0x12345678);
  }

  @Test
  void theDescriptorTableAgreesWithTheSegments() throws GuestImageException {
    EntryState state = GuestImage.of("kernel", withAddresses(0x10003, 0, 0)).load(boot.request(""));
    long code = boot.memory.readLong(state.gdtr().base() + 0x10);
    long data = boot.memory.readLong(state.gdtr().base() + 0x18);
    assertThat(code).isEqualTo(0x00cf9b000000ffffL);
    assertThat(data).isEqualTo(0x00cf93000000ffffL);
    assertThat(state.segment(SegmentRegister.CS).selector()).isEqualTo(0x10);
    assertThat(state.segment(SegmentRegister.SS).selector()).isEqualTo(0x18);
  }

  @Test
  void theInformationDescribesMemoryCommandLineAndLoader() throws GuestImageException {
    EntryState state =
        GuestImage.of("kernel", withAddresses(0x10003, 0, 0)).load(boot.request("a=1 b"));
    long info = state.register(Register.RBX);
    assertThat(boot.u32(info) & 0x245).isEqualTo(0x245);
    assertThat(boot.u32(info + 4)).as("KiB below 640 KiB").isEqualTo(639);
    assertThat(boot.u32(info + 8)).as("KiB from 1 MiB").isEqualTo(63 * 1024);
    assertThat(boot.string(boot.u32(info + 16))).isEqualTo("a=1 b");
    assertThat(boot.string(boot.u32(info + 64))).isEqualTo("Ringside");
    long map = boot.u32(info + 48);
    assertThat(boot.u32(info + 44)).isEqualTo(4 * 24);
    assertThat(boot.u32(map)).isEqualTo(20);
    assertThat(boot.memory.readLong(map + 12)).isEqualTo(0x9fc00);
    assertThat(boot.memory.readLong(map + 3 * 24 + 4)).isEqualTo(BootFixture.MIB);
    assertThat(boot.memory.readLong(map + 3 * 24 + 12)).isEqualTo(63 * BootFixture.MIB);
    assertThat(boot.u32(map + 3 * 24 + 20)).isEqualTo(1);
  }

  @Test
  void theInitrdIsAModuleBehindTheImageOnAPage() throws GuestImageException {
    byte[] module = "module".getBytes(StandardCharsets.US_ASCII);
    EntryState state =
        GuestImage.of("kernel", withAddresses(0x10003, 0, 0x203100))
            .load(boot.request("x", module));
    long info = state.register(Register.RBX);
    assertThat(boot.u32(info + 20)).isEqualTo(1);
    long entry = boot.u32(info + 24);
    assertThat(boot.u32(entry)).isEqualTo(0x204000);
    assertThat(boot.u32(entry + 4)).isEqualTo(0x204006);
    assertThat(boot.memory.read(0x204000, 6)).isEqualTo(module);
  }

  @Test
  void loadEndLimitsWhatIsRead() throws GuestImageException {
    GuestImage.of("kernel", withAddresses(0x10003, 0x200200, 0)).load(boot.request(""));
    assertThat(boot.u32(0x200000 + 4092)).isZero();
  }

  @Test
  void anElf32IsLoadedByItsProgramHeaders() throws GuestImageException {
    GuestImage image = GuestImage.of("kernel", elf32());
    EntryState state = image.load(boot.request(""));
    assertThat(image.format()).isEqualTo("Multiboot 1");
    assertThat(state.register(Register.RIP)).isEqualTo(0x100010);
    assertThat(boot.u32(0x100000)).isEqualTo(MAGIC);
  }

  @Test
  void anElf64WithoutAddressFieldsIsNotMultiboot() throws GuestImageException {
    ElfBuilder elf = new ElfBuilder();
    elf.body =
        ByteBuffer.allocate(64)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MAGIC)
            .putInt(3)
            .putInt(-MAGIC - 3)
            .array();
    assertThat(GuestImage.of("kernel", elf.build()).format()).isEqualTo("ELF64");
  }

  @Test
  void demandsThatDoNotExistAreRefused() {
    assertThatThrownBy(() -> GuestImage.of("kernel", withAddresses(0x10003 | 0x100, 0, 0)))
        .isInstanceOf(GuestImageException.class)
        .hasMessage(
            "kernel: asks for Multiboot features that do not exist (flags 0x100);"
                + " clear these bits in its Multiboot header");
  }

  @Test
  void addressFieldsBeyondTheFileAreTruncation() throws GuestImageException {
    GuestImage image = GuestImage.of("kernel", withAddresses(0x10003, 0x202000, 0));
    assertThatThrownBy(() -> image.load(boot.request("")))
        .hasMessage(
            "kernel: is truncated: the Multiboot image needs 8192 bytes, the file has 4096;"
                + " copy or build it again");
  }

  @Test
  void contradictoryAddressFieldsAreRefused() throws GuestImageException {
    GuestImage image = GuestImage.of("kernel", withAddresses(0x10003, 0x100000, 0));
    assertThatThrownBy(() -> image.load(boot.request("")))
        .hasMessageContaining("address fields contradict each other");
  }

  @Test
  void aSampleIsPlacedWhereItsProgramHeadersSay() throws Exception {
    byte[] file = Files.readAllBytes(SampleGuests.elf("hello"));
    GuestImage image = GuestImage.of("hello", file);
    assertThat(image.format()).isEqualTo("Multiboot 1");
    EntryState state = image.load(boot.request(""));
    ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(state.register(Register.RIP)).isEqualTo(elf.getLong(24));
    int loaded = 0;
    for (int i = 0; i < elf.getShort(56); i++) {
      int at = (int) elf.getLong(32) + i * elf.getShort(54);
      if (elf.getInt(at) == 1) {
        int offset = (int) elf.getLong(at + 8);
        int length = (int) elf.getLong(at + 32);
        assertThat(boot.memory.read(elf.getLong(at + 24), length))
            .isEqualTo(Arrays.copyOfRange(file, offset, offset + length));
        loaded++;
      }
    }
    assertThat(loaded).isPositive();
  }
}
