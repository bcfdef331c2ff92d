package dev.ringside.profiler.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.profiler.Profile;
import dev.ringside.profiler.Residency;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The tables that {@code run --stats} prints. */
class ProfileTablesTest {
  @Test
  void bothTables() {
    assertThat(ProfileTables.format(ProfileJsonTest.PROFILE, false, 10, ": ask"))
        .isEqualTo(
            """
            VM exits of hello.elf: 8, cost 70 ns (soft; 123 guest instructions)
              count  total    share   min   mean    p50    p90    p99    max  reason  detail    ring  symbol               source
                  7  70 ns  100.0 %  9 ns  10 ns  10 ns  11 ns  12 ns  13 ns  CPUID   leaf 0x0  0     kmain                src/kernel.c:41
                  1   0 ns    0.0 %  0 ns   0 ns   0 ns   0 ns   0 ns   0 ns  HLT               0     ~0xffffffff81000000

            Ring transitions: 9
              count  residency    mean  rings   mechanism  vector  handler
                  5    1.23 us  246 ns  3 -> 0  SYSCALL            syscall_entry
                  2      99 ns   49 ns  3 -> 0  EXCEPTION      14  0x1040
                  2      88 ns   44 ns  0 -> 3  IRET

            Time: ring 0 10 ns (8.7 %), ring 3 30 ns (26.1 %), host 70 ns (60.9 %), idle 5 ns (4.3 %)
            """);
  }

  @Test
  void longTablesSayWhatIsMissing() {
    assertThat(ProfileTables.format(ProfileJsonTest.PROFILE, false, 1, ": ask"))
        .contains("and 1 more rows: ask\n");
  }

  @Test
  void kvmShowsNoRings() {
    Profile kvm =
        new Profile(
            "g", "kvm", 1, -1, 0, List.of(), Optional.empty(), new Residency(List.of(), 3, 4));

    assertThat(ProfileTables.format(kvm, true, 10, ": ask"))
        .isEqualTo(
            """
            VM exits of g: 0, cost 0 ns (kvm)

            Ring transitions: not visible under KVM

            Time: host 3 ns, idle 4 ns
            """);
  }

  @Test
  void threeDigitsAndAUnit() {
    assertThat(
            List.of(0L, 999L, 1_000L, 9_994L, 9_996L, 99_949L, 99_951L, 999_499L, 999_501L).stream()
                .map(ProfileTables::duration))
        .containsExactly(
            "0 ns", "999 ns", "1.00 us", "9.99 us", "10.0 us", "99.9 us", "100 us", "999 us",
            "1.00 ms");
    assertThat(ProfileTables.duration(12_345_678_900_000L)).isEqualTo("12,346 s");
  }
}
