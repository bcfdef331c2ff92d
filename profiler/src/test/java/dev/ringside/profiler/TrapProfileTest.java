package dev.ringside.profiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.vmx.ExitReason;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Counting exits: what makes a row, and what its figures mean. */
class TrapProfileTest {
  private final Vcpu vcpu = Exits.vcpu(0, 0);
  private final TrapProfile profile = new TrapProfile(0);

  @Test
  void figuresOfARow() {
    LongStream.rangeClosed(1, 100).forEach(n -> pass(Exits.cpuid(0x1000, 0), n * 1000));

    List<TrapRow> rows = rows(GuestSymbols.NONE);

    assertThat(rows).hasSize(1);
    TrapRow row = rows.getFirst();
    assertThat(row.reason()).isEqualTo(ExitReason.CPUID);
    assertThat(row.detail()).isEqualTo("leaf 0x0");
    assertThat(row.place()).isEqualTo(Place.of(0x1000));
    assertThat(row.count()).isEqualTo(100);
    assertThat(row.total()).isEqualTo(5_050_000);
    assertThat(row.min()).isEqualTo(1000);
    assertThat(row.mean()).isEqualTo(50_500);
    assertThat(row.max()).isEqualTo(100_000);
    assertThat(row.p50()).isBetween(50_000L, 50_500L);
    assertThat(row.p90()).isBetween(90_000L, 90_900L);
    assertThat(row.p99()).isBetween(99_000L, 99_990L);
  }

  @Test
  void reasonDetailPlaceAndRingMakeARow() {
    pass(Exits.out(0x1000, 0, 0x3f8), 10);
    pass(Exits.out(0x1000, 0, 0x3f8), 10);
    pass(Exits.out(0x1000, 0, 0x80), 10);
    pass(Exits.out(0x1000, 3, 0x80), 10);
    pass(Exits.out(0x2000, 3, 0x80), 10);
    pass(Exits.cpuid(0x2000, 1), 10);

    assertThat(rows(GuestSymbols.NONE))
        .extracting(r -> r.reason(), TrapRow::detail, r -> r.place().address(), r -> r.cpl())
        .containsExactlyInAnyOrder(
            tuple(ExitReason.IO_INSTRUCTION, "port 0x3f8 out 1", 0x1000L, 0),
            tuple(ExitReason.IO_INSTRUCTION, "port 0x80 out 1", 0x1000L, 0),
            tuple(ExitReason.IO_INSTRUCTION, "port 0x80 out 1", 0x1000L, 3),
            tuple(ExitReason.IO_INSTRUCTION, "port 0x80 out 1", 0x2000L, 3),
            tuple(ExitReason.CPUID, "leaf 0x1", 0x2000L, 0));
  }

  @Test
  void textDetailsAreToldApartEvenIfTheyHashAlike() {
    // "Aa" and "BB" have the same hash code.
    pass(new VmExit.Event(Exits.at(0x1000, 0), ExitReason.PREEMPTION_TIMER, "Aa"), 1);
    pass(new VmExit.Event(Exits.at(0x1000, 0), ExitReason.PREEMPTION_TIMER, "BB"), 1);

    assertThat(rows(GuestSymbols.NONE))
        .extracting(TrapRow::detail)
        .containsExactlyInAnyOrder("Aa", "BB");
  }

  @Test
  void addressesOfOneSymbolAndLineAreOneRow() {
    pass(Exits.cpuid(0x1000, 0), 10);
    pass(Exits.cpuid(0x1004, 0), 30);

    List<TrapRow> rows = rows(address -> new Place("kmain", "src/kernel.c:41", 0, true));

    assertThat(rows).hasSize(1);
    TrapRow row = rows.getFirst();
    assertThat(row.count()).isEqualTo(2);
    assertThat(row.total()).isEqualTo(40);
    assertThat(row.min()).isEqualTo(10);
    assertThat(row.max()).isEqualTo(30);
    assertThat(row.mean()).isEqualTo(20);
    // Taking a snapshot changes nothing.
    assertThat(rows(address -> new Place("kmain", "src/kernel.c:41", 0, true))).isEqualTo(rows);
  }

  @Test
  void anExitThatNoEntryFollowsIsCountedButNotTimed() {
    pass(Exits.cpuid(0x1000, 0), 10);
    profile.exit(vcpu, Exits.cpuid(0x1000, 0));
    profile.exit(vcpu, Exits.hlt(0x2000));

    List<TrapRow> rows = rows(GuestSymbols.NONE);

    assertThat(rows).extracting(TrapRow::count).containsExactly(2L, 1L);
    assertThat(rows).extracting(TrapRow::total).containsExactly(10L, 0L);
    assertThat(rows).extracting(TrapRow::min).containsExactly(10L, 0L);
  }

  @Test
  void theEntryOfAnExitNotSeenIsNotTimed() {
    profile.entry(vcpu, Exits.hlt(0x2000), 10, 0);

    assertThat(rows(GuestSymbols.NONE)).isEmpty();
  }

  @Test
  void aGuestCannotMakeMoreRowsThanThereIsRoomFor() {
    int extra = 1000;
    for (long n = 0; n < ExitKinds.MOST + extra; n++) {
      pass(Exits.vmcall(0x1000, n), 5);
    }

    List<TrapRow> rows = rows(GuestSymbols.NONE);

    assertThat(rows).hasSize(ExitKinds.MOST + 1);
    assertThat(rows.getFirst().detail()).isEqualTo("others");
    assertThat(rows.getFirst().count()).isEqualTo(extra);
    assertThat(rows.stream().mapToLong(TrapRow::count).sum()).isEqualTo(ExitKinds.MOST + extra);
  }

  private void pass(VmExit exit, long nanos) {
    profile.exit(vcpu, exit);
    profile.entry(vcpu, exit, nanos, 0);
  }

  private List<TrapRow> rows(GuestSymbols symbols) {
    return profile.counts().rows(symbols);
  }
}
