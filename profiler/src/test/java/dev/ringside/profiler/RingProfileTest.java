package dev.ringside.profiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.Vcpu;
import org.junit.jupiter.api.Test;

/** Counting ring transitions against a clock that the test turns. */
class RingProfileTest {
  private static final long FAR = 1_000_000;

  private long now = 1_000;
  private final RingProfile profile = new RingProfile(() -> now, (ring, from, to, nanos) -> {});

  @Test
  void timeGoesToTheRingThatTheGuestIsIn() {
    profile.resumed(Exits.vcpu(0, 0));
    now += 100;
    transitToUser(FAR);
    now += 30;
    transitToKernel(2 * FAR);
    now += 7;

    Residency residency = stop(3 * FAR);

    assertThat(residency.ring(0)).isEqualTo(107);
    assertThat(residency.ring(3)).isEqualTo(30);
    assertThat(row(Mechanism.SYSCALL).residency()).isEqualTo(7);
    assertThat(row(Mechanism.SYSRET).residency()).isEqualTo(30);
  }

  @Test
  void staysTooShortToTimeShareTheTimeByInstructions() {
    profile.resumed(Exits.vcpu(3, 0));
    for (int i = 0; i < 10; i++) {
      transitToKernel(i * 40 + 30); // 30 in ring 3,
      transitToUser(i * 40 + 40); // 10 in ring 0.
    }
    now += 4000;

    Residency residency = stop(400);

    assertThat(residency.ring(3)).isEqualTo(3000);
    assertThat(residency.ring(0)).isEqualTo(1000);
    assertThat(row(Mechanism.SYSCALL).count()).isEqualTo(10);
    assertThat(row(Mechanism.SYSRET).count()).isEqualTo(10);
    assertThat(row(Mechanism.SYSRET).handler()).isNull();
    assertThat(row(Mechanism.SYSCALL).handler()).isEqualTo(Place.of(0x1000));
  }

  @Test
  void whereNobodyCountsInstructionsEveryStayIsTimed() {
    profile.resumed(Exits.vcpu(3, -1));
    now += 5;
    transitToKernel(-1);
    now += 11;
    transitToUser(-1);
    now += 3;

    Residency residency = stop(-1);

    assertThat(residency.ring(3)).isEqualTo(8);
    assertThat(residency.ring(0)).isEqualTo(11);
  }

  @Test
  void timeInTheHostAndAsleepIsNoRings() {
    Vcpu vcpu = Exits.vcpu(0, 10);
    profile.resumed(vcpu);
    now += 50;
    profile.exit(vcpu, Exits.cpuid(0x1000, 0));
    now += 20;
    profile.entry(vcpu, Exits.cpuid(0x1000, 0), 20, 0);
    now += 5;
    profile.exit(vcpu, Exits.hlt(0x1004));
    now += 1002;
    profile.entry(vcpu, Exits.hlt(0x1004), 2, 1000);
    now += 4;

    Residency residency = stop(20);

    assertThat(residency.ring(0)).isEqualTo(59);
    assertThat(residency.host()).isEqualTo(22);
    assertThat(residency.idle()).isEqualTo(1000);
  }

  @Test
  void aSnapshotOfASleepingGuestDoesNotCallItsSleepARing() {
    Vcpu vcpu = Exits.vcpu(0, 10);
    profile.resumed(vcpu);
    now += 50;
    profile.exit(vcpu, Exits.hlt(0x1004));
    now += 1_000_000;

    assertThat(profile.counts(vcpu).residency().ring(0)).isEqualTo(50);
  }

  @Test
  void debuggerStopsAreNobodysTime() {
    profile.resumed(Exits.vcpu(0, 0));
    now += 50;
    stop(10);
    now += 1_000_000;
    profile.resumed(Exits.vcpu(3, 10)); // And the debugger has changed the ring.
    now += 9;

    Residency residency = stop(20);

    assertThat(residency.ring(0)).isEqualTo(50);
    assertThat(residency.ring(3)).isEqualTo(9);
    assertThat(profile.counts(Exits.vcpu(0, 20)).rows(GuestSymbols.NONE)).isEmpty();
  }

  private void transitToKernel(long instructions) {
    profile.transition(Exits.vcpu(0, instructions), Exits.syscall(instructions));
  }

  private void transitToUser(long instructions) {
    profile.transition(Exits.vcpu(3, instructions), Exits.sysret(instructions));
  }

  private Residency stop(long instructions) {
    Vcpu vcpu = Exits.vcpu(0, instructions);
    profile.stopped(vcpu);
    return profile.counts(vcpu).residency();
  }

  private RingRow row(Mechanism mechanism) {
    return profile.counts(Exits.vcpu(0, 0)).rows(GuestSymbols.NONE).stream()
        .filter(row -> row.mechanism() == mechanism)
        .findFirst()
        .orElseThrow();
  }
}
