package dev.ringside.profiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.profiler.path.GuestBytes;
import dev.ringside.profiler.path.GuestStack;
import dev.ringside.profiler.timeline.Timeline;
import dev.ringside.samples.SampleGuests;
import dev.ringside.symbols.SymbolFiles;
import dev.ringside.vmm.MachineConfiguration.Backend;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.vmx.ExitReason;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** By which calls a guest came to its exits, and that nothing is lost on the way. */
class CallPathsTest {
  @Test
  void pathsAreTheGuestsCallsOutermostFirst() throws Exception {
    Profile rings = ProfiledGuest.run(SampleGuests.elf("rings"), "", Backend.SOFT).profile();

    CallPaths stacks = rings.stacks().orElseThrow();
    assertThat(stacks.taken()).isEqualTo(stacks.exits()).isEqualTo(rings.exitCount());
    assertThat(names(stacks))
        .contains(
            "_start",
            "long_mode > kmain > pic_init",
            "long_mode > kmain > print > put_char",
            "user_start > user_main > spin");
    // From the user's program through its system call into the kernel.
    assertThat(names(stacks))
        .contains(
            "user_start > user_main > syscall2 > syscall_entry > handle_syscall"
                + " > report_and_power_off > power_off");
    assertThat(stacks.frames())
        .anyMatch(f -> "kmain".equals(f.symbol()) && source(f).startsWith("rings/kernel.c:"));
  }

  @Test
  void sumsAreTheTables() throws Exception {
    Profile rings = ProfiledGuest.run(SampleGuests.elf("rings"), "", Backend.SOFT).profile();

    List<CallPaths.Path> paths = rings.stacks().orElseThrow().paths();
    assertThat(
            paths.stream()
                .collect(
                    Collectors.groupingBy(
                        p -> p.reason() + "|" + p.detail(),
                        Collectors.summingLong(CallPaths.Path::count))))
        .isEqualTo(
            rings.exits().stream()
                .collect(
                    Collectors.groupingBy(
                        r -> r.reason() + "|" + r.detail(),
                        Collectors.summingLong(TrapRow::count))));
    assertThat(paths.stream().mapToLong(CallPaths.Path::total).sum()).isEqualTo(rings.totalCost());
  }

  @Test
  void theTimelineAddsUpToTheTablesToo() throws Exception {
    Profile rings = ProfiledGuest.run(SampleGuests.elf("rings"), "", Backend.SOFT).profile();

    Timeline timeline = rings.timeline().orElseThrow();
    for (Timeline.Exits row : timeline.exits()) {
      List<TrapRow> same = rings.exits().stream().filter(r -> r.reason() == row.reason()).toList();
      assertThat(sum(row.counts())).isEqualTo(same.stream().mapToLong(TrapRow::count).sum());
      assertThat(sum(row.totals())).isEqualTo(same.stream().mapToLong(TrapRow::total).sum());
    }
    assertThat(timeline.exits().stream().map(Timeline.Exits::reason).toList())
        .isEqualTo(rings.exits().stream().map(TrapRow::reason).distinct().sorted().toList());
    Timeline.Residencies residency = timeline.residency();
    assertThat(sum(residency.host())).isEqualTo(rings.residency().host());
    assertThat(sum(residency.idle())).isEqualTo(rings.residency().idle());
    for (int ring = 0; ring < 4; ring++) {
      assertThat(sum(residency.rings().get(ring))).isEqualTo(rings.residency().ring(ring));
    }
  }

  @Test
  void underKvmPathsAreTakenToo() throws Exception {
    Profile hello = ProfiledGuest.run(SampleGuests.elf("hello"), "", Backend.KVM).profile();

    assertThat(names(hello.stacks().orElseThrow()))
        .anyMatch(path -> path.startsWith("long_mode > kmain > "));
    assertThat(hello.timeline().orElseThrow().residency().rings()).isEmpty();
  }

  @Test
  void whereOnlySomePathsAreTakenTheSumsStillAreTheTables() {
    try (Arena arena = Arena.ofConfined()) {
      Sampled sampled = new Sampled(arena);
      for (int i = 0; i < 300_000; i++) {
        sampled.pass(
            i % 3 == 0 ? Exits.cpuid(0x1000, 0) : Exits.out(0x2000, 0, 0x3f8), 100 + i % 7);
      }
      sampled.pass(Exits.hlt(0x3000), 50);

      CallPaths stacks = sampled.paths();
      assertThat(stacks.exits()).isEqualTo(300_001);
      assertThat(stacks.taken()).isBetween(2_000L, 100_000L);
      Map<ExitReason, Long> counts =
          stacks.paths().stream()
              .collect(
                  Collectors.groupingBy(
                      CallPaths.Path::reason, Collectors.summingLong(CallPaths.Path::count)));
      assertThat(counts)
          .isEqualTo(
              Map.of(
                  ExitReason.CPUID,
                  100_000L,
                  ExitReason.IO_INSTRUCTION,
                  200_000L,
                  ExitReason.HLT,
                  1L));
      assertThat(stacks.paths().stream().mapToLong(CallPaths.Path::total).sum())
          .isEqualTo(sampled.total);
    }
  }

  @Test
  void anExitThatNoEntryFollowsIsCounted() {
    try (Arena arena = Arena.ofConfined()) {
      Sampled sampled = new Sampled(arena);
      sampled.exit(Exits.hlt(0x3000));

      assertThat(sampled.paths())
          .isEqualTo(
              new CallPaths(
                  1,
                  1,
                  List.of(Place.of(0x3000)),
                  List.of(new CallPaths.Path(List.of(0), ExitReason.HLT, "", 1, 0))));
    }
  }

  @Test
  void sharesLoseNothing() {
    assertThat(Shares.of(10, new long[] {1, 1, 1})).containsExactly(4, 3, 3);
    assertThat(Shares.of(5, new long[] {0, 0})).containsExactly(5, 0);
    assertThat(Shares.of(7, new long[] {3, 4})).containsExactly(3, 4);
    long whole = 1_000_000_007_000_000_001L;
    assertThat(Arrays.stream(Shares.of(whole, new long[] {3, 5, 9})).sum()).isEqualTo(whole);
  }

  /** Exits of a guest without symbols, whose walk takes long by a clock of its own. */
  private static final class Sampled {
    private final Vcpu vcpu = Exits.vcpu(0, 0);
    private final TrapProfile traps = new TrapProfile(0);
    private final CallPathRecorder recorder;
    private long host;
    private long now;
    long total;

    Sampled(Arena arena) {
      GuestMemory memory = new GuestMemory(arena.allocate(1 << 16, 4096));
      recorder =
          new CallPathRecorder(
              new GuestStack(new SymbolFiles(List.of()), new GuestBytes(memory)),
              () -> host += 20_000);
    }

    void exit(VmExit exit) {
      now += 1_000;
      traps.exit(vcpu, exit);
      recorder.exited(vcpu, exit, Objects.requireNonNull(traps.openKind()), now);
    }

    void pass(VmExit exit, long nanos) {
      exit(exit);
      ExitKind kind = Objects.requireNonNull(traps.openKind());
      traps.entry(vcpu, exit, nanos, 0);
      recorder.entered(kind);
      total += nanos;
    }

    CallPaths paths() {
      return recorder.counts(traps.counts()).paths(GuestSymbols.NONE);
    }
  }

  private static List<String> names(CallPaths stacks) {
    return stacks.paths().stream()
        .map(
            path ->
                path.frames().stream()
                    .map(frame -> stacks.frames().get(frame).name())
                    .collect(Collectors.joining(" > ")))
        .toList();
  }

  private static String source(Place frame) {
    return String.valueOf(frame.source());
  }

  private static long sum(List<Long> column) {
    return column.stream().mapToLong(Long::longValue).sum();
  }
}
