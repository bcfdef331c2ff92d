package dev.ringside.profiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.samples.SampleGuests;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration.Backend;
import dev.ringside.vmm.RingTransition.Mechanism;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The ring profile of {@code rings}, which counts what reaches its handlers itself. */
class RingsProfileTest {
  private static final int LOOPS = 2000;

  @Test
  void everyTransitionIsCountedByMechanismVectorAndHandler() throws Exception {
    ProfiledGuest rings =
        ProfiledGuest.run(SampleGuests.elf("rings"), "loops=" + LOOPS, Backend.SOFT);

    assertThat(rings.end()).isEqualTo(new GuestEnd.PowerOff());
    long calls = reported(rings, "ring 0: (\\d+) by SYSCALL");
    long ticks = reported(rings, "in ring 0, (\\d+) in ring 3");
    assertThat(calls).isGreaterThan(LOOPS);
    assertThat(entry(rings, Mechanism.SYSCALL, -1, "syscall_entry")).isEqualTo(calls);
    assertThat(entry(rings, Mechanism.INT, 0x80, "int80_entry")).isEqualTo(11);
    assertThat(entry(rings, Mechanism.EXCEPTION, 14, "page_fault_entry")).isEqualTo(11);
    assertThat(entry(rings, Mechanism.INTERRUPT, 32, "timer_entry")).isEqualTo(ticks);
    // The last call ends the program.
    assertThat(way(rings, Mechanism.SYSRET)).isEqualTo(calls - 1);
    // Into the program once; back from every INT 0x80, page fault and timer interrupt.
    assertThat(way(rings, Mechanism.IRET)).isEqualTo(1 + 11 + 11 + ticks);
    assertThat(rings.profile().rings().orElseThrow()).hasSize(6);
    assertThat(rings.profile().lostEvents()).isZero();
  }

  @Test
  void theResidenciesAddUpToTheRun() throws Exception {
    ProfiledGuest rings = ProfiledGuest.run(SampleGuests.elf("rings"), "", Backend.SOFT);

    Residency residency = rings.profile().residency();
    long inRings = LongStream.range(0, 4).map(ring -> residency.ring((int) ring)).sum();
    long all = inRings + residency.host() + residency.idle();
    // The run is timed from another thread, with clock readings of its own: they agree roughly.
    assertThat(all).isBetween(rings.wallNanos() / 2, rings.wallNanos() / 4 * 5);
    assertThat(residency.ring(1) + residency.ring(2)).isZero();
    assertThat(residency.ring(0)).isPositive();
    assertThat(residency.ring(3)).isPositive();
    assertThat(residency.host()).isEqualTo(rings.profile().totalCost());
    long toRing3 =
        rings.profile().rings().orElseThrow().stream()
            .filter(row -> row.to() == 3)
            .mapToLong(RingRow::residency)
            .sum();
    assertThat(toRing3).isEqualTo(residency.ring(3));
  }

  private static long entry(ProfiledGuest rings, Mechanism mechanism, int vector, String handler) {
    return rings.profile().rings().orElseThrow().stream()
        .filter(row -> row.from() == 3 && row.to() == 0 && row.mechanism() == mechanism)
        .filter(row -> row.vector() == vector && isIn(row.handler(), handler))
        .mapToLong(RingRow::count)
        .sum();
  }

  /** The samples' entries from ring 3 are all in one file. */
  private static boolean isIn(@Nullable Place place, String symbol) {
    return place != null
        && symbol.equals(place.symbol())
        && String.valueOf(place.source()).startsWith("rings/entries.S:");
  }

  private static long way(ProfiledGuest rings, Mechanism mechanism) {
    return rings.profile().rings().orElseThrow().stream()
        .filter(row -> row.from() == 0 && row.to() == 3 && row.mechanism() == mechanism)
        .filter(row -> row.vector() == -1 && row.handler() == null)
        .mapToLong(RingRow::count)
        .sum();
  }

  private static long reported(ProfiledGuest rings, String pattern) {
    Matcher m = Pattern.compile(pattern).matcher(rings.serial());
    assertThat(m.find()).as("%s in %s", pattern, rings.serial()).isTrue();
    return Long.parseLong(m.group(1));
  }
}
