package dev.ringside.vmm.vmx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Extended page tables as the monitor builds them, and as they are shown. */
final class EptTest {
  private final HostMemory host = new HostMemory();
  private final Ept ept = new Ept(host);

  private EptWalk walk(long gpa) {
    return EptWalk.of(DefaultControls.eptPointer(ept.root()), gpa, host);
  }

  @Test
  void everythingIsMisconfiguredAtFirst() {
    EptWalk walk = walk(0xfee0_0000L);
    assertThat(walk.hostPhysical()).isEmpty();
    assertThat(walk.outcome()).contains("misconfiguration");
    assertThat(walk.levels()).extracting(EptWalk.Level::name).containsExactly("PML4E");
  }

  @Test
  void identityUsesTheLargestPagesThatFit() {
    ept.mapIdentity(0, 0xa0000);
    ept.mapIdentity(0xc0000, 0x4020_1000L);
    assertThat(walk(0x9_f123).outcome()).isEqualTo("4 KiB page");
    assertThat(walk(0x9_f123).hostPhysical()).hasValue(0x9_f123);
    assertThat(walk(0xb_8000).hostPhysical()).isEmpty();
    assertThat(walk(0x3fff_ffffL).outcome()).isEqualTo("2 MiB page");
    assertThat(walk(0x4020_0fffL).hostPhysical()).hasValue(0x4020_0fffL);
    assertThat(walk(0x4020_1000L).hostPhysical()).isEmpty();
    ept.mapIdentity(1L << 32, 3L << 31);
    assertThat(walk((1L << 32) + 5).outcome()).isEqualTo("1 GiB page");
  }

  @Test
  void aHoleSplitsALargePage() {
    ept.mapIdentity(0, 1L << 30);
    ept.misconfigure(0x1000_0000L, 0x1000_1000L);
    assertThat(walk(0x1000_0800L).hostPhysical()).isEmpty();
    assertThat(walk(0x1000_1000L).hostPhysical()).hasValue(0x1000_1000L);
    assertThat(walk(0x1000_1000L).levels()).hasSize(4);
    assertThat(walk(0x0fff_ffffL).outcome()).isEqualTo("2 MiB page");
    assertThat(walk(0x3fff_0000L).hostPhysical()).hasValue(0x3fff_0000L);
  }

  @Test
  void entriesAreShownBitByBit() {
    ept.mapIdentity(0, 1L << 30);
    EptWalk.Level leaf = walk(0x1234).levels().getLast();
    assertThat(leaf.bits())
        .filteredOn(NamedBits::isSet)
        .extracting(NamedBits::name)
        .contains("read", "write", "execute", "memory type", "large page");
  }
}
