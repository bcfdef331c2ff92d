package dev.ringside.profiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.samples.ExpectedTraps;
import dev.ringside.samples.SampleGuests;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration.Backend;
import dev.ringside.vmm.vmx.ExitReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The profile of {@code traps} is what {@code samples/traps/expected.txt} says, to the exit. */
class TrapsProfileTest {
  @Test
  void onSoftEveryExitIsThereByReasonDetailAndLine() throws Exception {
    ProfiledGuest traps = ProfiledGuest.run(SampleGuests.elf("traps"), "", Backend.SOFT);

    assertThat(traps.end()).isEqualTo(new GuestEnd.PowerOff());
    assertThat(traps.serial()).endsWith("done\n").doesNotContain("skipped");
    assertThat(differences(traps, row -> true)).isEmpty();
    assertThat(traps.profile().exits()).allMatch(row -> row.cpl() == 0 && row.vcpu() == 0);
    assertThat(traps.profile().rings()).hasValue(List.of());
  }

  @Test
  void onKvmEveryExitThatReachesUserSpaceIsThere() throws Exception {
    ProfiledGuest traps = ProfiledGuest.run(SampleGuests.elf("traps"), "", Backend.KVM);

    assertThat(traps.end()).isEqualTo(new GuestEnd.PowerOff());
    assertThat(traps.serial()).endsWith("done\n");
    assertThat(differences(traps, row -> row.userSpace() != ExpectedTraps.UserSpace.NO)).isEmpty();
    assertThat(traps.profile().rings()).isEmpty();
    assertThat(traps.profile().instructions()).isEqualTo(-1);
  }

  /**
   * Where profile and table differ, a line each.
   *
   * @param seen the rows whose exits the processor shows
   */
  private static List<String> differences(ProfiledGuest traps, Predicate<ExpectedTraps.Row> seen) {
    List<String> differences = new ArrayList<>();
    List<TrapRow> left = new ArrayList<>(traps.profile().exits());
    if (traps.profile().backend().equals("kvm")) {
      // Whether and where the guest can take an interrupt just then is a matter of the host's time.
      left.removeIf(row -> row.reason() == ExitReason.INTERRUPT_WINDOW);
    }
    for (ExpectedTraps.Row row : ExpectedTraps.rows()) {
      List<TrapRow> matching = left.stream().filter(actual -> matches(row, actual)).toList();
      long wanted = seen.test(row) ? row.countIn(traps.serial()) : 0;
      long found = matching.stream().mapToLong(TrapRow::count).sum();
      if (found != wanted) {
        differences.add("%d instead of %d: %s".formatted(found, wanted, row));
      }
      left.removeAll(matching);
    }
    left.forEach(row -> differences.add("not in the table: " + row));
    return differences;
  }

  private static boolean matches(ExpectedTraps.Row row, TrapRow actual) {
    return row.reason().equals(actual.reason().name())
        && row.hasDetail(actual.detail())
        && Objects.equals(row.source(), actual.place().source());
  }
}
