package dev.ringside.vmm.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class BzImageTest {
  private static final int SETUP = 3 * 512;
  private static final int KERNEL = 4096;

  private final BootFixture boot = new BootFixture(64 * BootFixture.MIB);
  private final ByteBuffer header =
      ByteBuffer.allocate(SETUP + KERNEL).order(ByteOrder.LITTLE_ENDIAN);

  BzImageTest() {
    header.put(0x1f1, (byte) 2).putShort(0x1fe, (short) 0xaa55);
    header.put(0x201, (byte) 0x6a);
    header.put(0x202, "HdrS".getBytes(StandardCharsets.US_ASCII));
    header.putShort(0x206, (short) 0x20f).put(0x211, (byte) 1);
    header.putInt(0x22c, 0x7fffffff).putInt(0x230, 0x200000).put(0x234, (byte) 1);
    header.putShort(0x236, (short) 1).putInt(0x238, 2047);
    header.putLong(0x258, 0x1000000).putInt(0x260, 0x300000);
    header.putInt(SETUP, 0x11111111).putInt(SETUP + 0x200, 0x22222222);
  }

  private EntryState load(BootRequest request) throws GuestImageException {
    return GuestImage.of("bzImage", header.array()).load(request);
  }

  @Test
  void entersIn64BitModeAtOffset200OfThePreferredAddress() throws GuestImageException {
    EntryState state = load(boot.request("console=ttyS0"));
    assertThat(state.register(Register.RIP)).isEqualTo(0x1000200);
    assertThat(boot.u32(0x1000000)).isEqualTo(0x11111111);
    assertThat(boot.u32(0x1000200)).isEqualTo(0x22222222);
    assertThat(state.efer()).isEqualTo(ControlBits.EFER_LME | ControlBits.EFER_LMA);
    assertThat(state.segment(SegmentRegister.CS).selector()).isEqualTo(0x10);
    assertThat(state.segment(SegmentRegister.CS).isLong()).isTrue();
    assertThat(state.segment(SegmentRegister.DS).selector()).isEqualTo(0x18);
    assertThat(state.register(Register.RFLAGS) & ControlBits.FLAG_IF).isZero();
  }

  @Test
  void bootParamsHoldHeaderMapCommandLineAndRootPointer() throws GuestImageException {
    EntryState state = load(boot.request("console=ttyS0"));
    long params = state.register(Register.RSI);
    assertThat(boot.memory.read(params + 0x202, 4))
        .isEqualTo("HdrS".getBytes(StandardCharsets.US_ASCII));
    assertThat(boot.memory.readByte(params + 0x210)).as("type_of_loader").isEqualTo(0xff);
    assertThat(boot.string(boot.u32(params + 0x228))).isEqualTo("console=ttyS0");
    assertThat(boot.memory.readLong(params + 0x70)).isEqualTo(BootFixture.RSDP);
    assertThat(boot.memory.readByte(params + 0x1e8)).isEqualTo(4);
    long[][] map = new long[4][];
    for (int i = 0; i < 4; i++) {
      long at = params + 0x2d0 + 20L * i;
      map[i] =
          new long[] {boot.memory.readLong(at), boot.memory.readLong(at + 8), boot.u32(at + 16)};
    }
    assertThat(map)
        .isDeepEqualTo(
            new long[][] {
              {0, 0x9fc00, 1},
              {0x9fc00, 0x400, 2},
              {0xf0000, 0x10000, 2},
              {0x100000, 63 * BootFixture.MIB, 1}
            });
  }

  @Test
  void theInitrdStandsHighButBelowTheKernelsLimit() throws GuestImageException {
    byte[] initrd = new byte[5000];
    Arrays.fill(initrd, (byte) 7);
    header.putInt(0x22c, 0x2ffffff);
    EntryState state = load(boot.request("", initrd));
    long params = state.register(Register.RSI);
    long at = boot.u32(params + 0x218);
    assertThat(at).isEqualTo(0x3000000 - 0x2000);
    assertThat(boot.u32(params + 0x21c)).isEqualTo(5000);
    assertThat(boot.memory.read(at, 5000)).isEqualTo(initrd);
  }

  @Test
  void withoutThe64BitEntryPointTheProtocolOf32BitsIsUsed() throws GuestImageException {
    header.putShort(0x236, (short) 0);
    EntryState state = load(boot.request(""));
    assertThat(state.register(Register.RIP)).isEqualTo(0x1000000);
    assertThat(state.efer()).isZero();
    assertThat(state.register(Register.CR0) & ControlBits.CR0_PG).isZero();
    assertThat(state.segment(SegmentRegister.CS).isBig()).isTrue();
    assertThat(state.register(Register.RBP) | state.register(Register.RDI)).isZero();
    assertThat(state.register(Register.RSI)).isNotZero();
  }

  @Test
  void aRelocatableKernelMovesWhereThereIsMemory() throws GuestImageException {
    BootFixture small = new BootFixture(8 * BootFixture.MIB);
    EntryState state = load(small.request(""));
    assertThat(state.register(Register.RIP)).isEqualTo(0x200200);
    header.put(0x234, (byte) 0);
    assertThatThrownBy(() -> load(small.request("")))
        .hasMessageContaining("the kernel at 0x1000000 to 0x12fffff is not in guest RAM");
  }

  @Test
  void oldProtocolsAndLongCommandLinesAreRefused() {
    header.putInt(0x238, 10);
    assertThatThrownBy(() -> load(boot.request("12345678901")))
        .hasMessage("bzImage: takes a command line of 10 bytes at most, not 11; shorten it");
    header.putShort(0x206, (short) 0x204);
    assertThatThrownBy(() -> load(boot.request("")))
        .hasMessage(
            "bzImage: speaks Linux boot protocol 2.04; boot a kernel of 2.6.22 or later"
                + " (protocol 2.06)");
    header.putShort(0x206, (short) 0x20f).put(0x211, (byte) 0);
    assertThatThrownBy(() -> load(boot.request("")))
        .hasMessageContaining("is a zImage, loaded below 1 MiB");
  }

  @Test
  void truncationIsSaid() {
    assertThatThrownBy(() -> GuestImage.of("bzImage", Arrays.copyOf(header.array(), 0x220)))
        .hasMessageContaining("the Linux setup header needs 612 bytes, the file has 544");
    assertThatThrownBy(() -> GuestImage.of("bzImage", Arrays.copyOf(header.array(), SETUP + 16)))
        .hasMessageContaining("the protected-mode kernel needs");
  }

  @Test
  void aRealKernelIsRecognisedAndPlaced() throws GuestImageException {
    String path = System.getenv("RINGSIDE_VMLINUZ");
    Assumptions.assumeTrue(path != null, "RINGSIDE_VMLINUZ names no kernel");
    GuestImage image = GuestImage.open(Path.of(path));
    assertThat(image.format()).isEqualTo("bzImage");
    EntryState state = image.load(new BootFixture(512 * BootFixture.MIB).request("nokaslr"));
    assertThat(state.register(Register.RIP) & 0xfff).isEqualTo(0x200);
  }

  @Test
  void aRealKernelWithSymbolsHasAPvhNote() throws GuestImageException {
    String path = System.getenv("RINGSIDE_VMLINUX");
    Assumptions.assumeTrue(path != null, "RINGSIDE_VMLINUX names no kernel");
    GuestImage image = GuestImage.open(Path.of(path));
    assertThat(image.format()).isEqualTo("ELF with PVH note");
    EntryState state = image.load(new BootFixture(512 * BootFixture.MIB).request("nokaslr"));
    assertThat(state.register(Register.RIP)).isGreaterThanOrEqualTo(0x1000000);
  }
}
