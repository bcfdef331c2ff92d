package dev.ringside.vmm.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;
import org.junit.jupiter.api.Test;

class BootSectorTest {
  @Test
  void startsAt7C00InRealModeFromTheFirstDisk() throws GuestImageException {
    byte[] disk = new byte[4096];
    disk[0] = (byte) 0xeb;
    disk[510] = 0x55;
    disk[511] = (byte) 0xaa;
    disk[512] = 1;
    BootFixture boot = new BootFixture(2 * BootFixture.MIB);
    GuestImage image = GuestImage.of("disk", disk);
    EntryState state = image.load(boot.request(""));
    assertThat(image.format()).isEqualTo("boot sector");
    assertThat(state.register(Register.RIP)).isEqualTo(0x7c00);
    assertThat(state.register(Register.RDX)).isEqualTo(0x80);
    assertThat(state.register(Register.CR0) & 1).isZero();
    assertThat(state.segment(SegmentRegister.CS).base()).isZero();
    assertThat(boot.memory.readByte(0x7c00)).isEqualTo(0xeb);
    assertThat(boot.memory.readByte(0x7e00)).as("one sector only").isZero();
  }
}
