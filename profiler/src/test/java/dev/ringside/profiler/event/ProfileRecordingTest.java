package dev.ringside.profiler.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringside.profiler.CallPaths;
import dev.ringside.profiler.GuestProfiler;
import dev.ringside.profiler.GuestSymbols;
import dev.ringside.profiler.Place;
import dev.ringside.profiler.Profile;
import dev.ringside.profiler.RingRow;
import dev.ringside.profiler.export.ProfileJson;
import dev.ringside.profiler.timeline.Timeline;
import dev.ringside.samples.SampleGuests;
import dev.ringside.symbols.SymbolFile;
import dev.ringside.symbols.SymbolFiles;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.MachineListener;
import dev.ringside.vmm.MachineStop;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.Timespan;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recording, read by the JDK's own reader, holds what the live profile counted. */
class ProfileRecordingTest {
  @TempDir Path folder;

  private static final long TRANSITIONS_TAKE_TIME_TO_RECORD = 4;

  /** A sample's run, recorded in a file and counted live. */
  private Profile record(String sample, Path file) throws Exception {
    Path guest = SampleGuests.elf(sample);
    try (SymbolFile symbolFile = SymbolFile.open(guest);
        VirtualMachine vm =
            VirtualMachine.create(
                MachineConfiguration.defaults().withMemory(64L << 20),
                Guest.of(GuestImage.open(guest), Optional.empty(), ""))) {
      SymbolFiles files = new SymbolFiles(List.of(symbolFile));
      GuestSymbols symbols = GuestSymbols.of(files.files());
      try (GuestProfiler profiler = GuestProfiler.install(vm, files);
          ProfileRecording recording = ProfileRecording.start(vm, symbols, files)) {
        vm.resume();
        vm.ended().get(120, TimeUnit.SECONDS);
        recording.finish(file, sample + ".elf");
        return profiler.snapshot(sample + ".elf", symbols);
      }
    }
  }

  @Test
  void holdsEveryExitAndTransitionAndNothingElse() throws Exception {
    Path file = folder.resolve("rings.jfr");
    Profile profile = record("rings", file);

    List<RecordedEvent> events = RecordingFile.readAllEvents(file);

    Map<String, Long> counts =
        events.stream()
            .collect(Collectors.groupingBy(e -> e.getEventType().getName(), Collectors.counting()));
    long transitions = profile.rings().orElseThrow().stream().mapToLong(row -> row.count()).sum();
    assertThat(counts)
        .containsOnly(
            Map.entry("ringside.VmExit", profile.exitCount()),
            Map.entry("ringside.RingTransition", transitions),
            Map.entry("ringside.Run", 1L),
            Map.entry("ringside.Summary", 1L));
    assertThat(ProfileRecording.lostEvents(file)).isZero();

    Map<String, Long> rows =
        profile.exits().stream()
            .collect(
                Collectors.groupingBy(
                    r -> r.reason() + "|" + r.detail() + "|" + r.place().source(),
                    Collectors.summingLong(r -> r.count())));
    Map<String, Long> recorded =
        events.stream()
            .filter(e -> e.getEventType().getName().equals("ringside.VmExit"))
            .collect(
                Collectors.groupingBy(
                    e ->
                        e.getString("reason")
                            + "|"
                            + e.getString("detail")
                            + "|"
                            + e.getString("source"),
                    Collectors.counting()));
    assertThat(recorded).isEqualTo(rows);
    assertThat(events).allMatch(e -> e.getStackTrace() == null);
    assertThat(jfr("summary", file))
        .containsPattern("ringside.VmExit +" + profile.exitCount() + " ")
        .containsPattern("ringside.RingTransition +" + transitions + " ");
    assertThat(jfr("print", file))
        .contains("mechanism = \"SYSCALL\"", "handler = \"syscall_entry\"")
        .containsPattern("path = \"long_mode \\(common/boot.S:\\d+\\) > kmain \\(rings/kernel.c:")
        .containsPattern("rip = 0x[0-9A-F]+\n")
        .containsPattern("cost = [0-9.]+ [num]?s\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rings", "traps"})
  void theAggregateIsThatOfTheLiveProfile(String sample) throws Exception {
    Path file = folder.resolve(sample + ".jfr");
    Profile live = record(sample, file);

    Profile recorded = RecordedProfile.read(file);

    assertThat(recorded.exits()).isEqualTo(live.exits());
    assertThat(recorded.guest()).isEqualTo(live.guest());
    assertThat(recorded.backend()).isEqualTo(live.backend());
    assertThat(recorded.instructions()).isEqualTo(live.instructions());
    assertThat(recorded.lostEvents()).isZero();
    assertThat(rings(recorded)).isEqualTo(rings(live));
    assertThat(recorded.residency().host()).isEqualTo(live.residency().host());
    assertThat(recorded.residency().idle()).isEqualTo(live.residency().idle());
    for (int ring = 0; ring < 4; ring++) {
      // A live profile shares time by instructions; in a recording it is between two events.
      assertThat(recorded.residency().ring(ring))
          .isBetween(
              live.residency().ring(ring) / TRANSITIONS_TAKE_TIME_TO_RECORD,
              live.residency().ring(ring) * TRANSITIONS_TAKE_TIME_TO_RECORD);
    }
    assertThat(paths(recorded)).isEqualTo(paths(live));
    Timeline timeline = recorded.timeline().orElseThrow();
    assertThat(
            timeline.exits().stream()
                .collect(Collectors.toMap(Timeline.Exits::reason, ProfileRecordingTest::sums)))
        .isEqualTo(
            live.timeline().orElseThrow().exits().stream()
                .collect(Collectors.toMap(Timeline.Exits::reason, ProfileRecordingTest::sums)));
    assertThat(sum(timeline.residency().host())).isEqualTo(recorded.residency().host());
    assertThat(sum(timeline.residency().idle())).isEqualTo(recorded.residency().idle());
    for (int ring = 0; ring < 4; ring++) {
      assertThat(sum(timeline.residency().rings().get(ring)))
          .isEqualTo(recorded.residency().ring(ring));
    }
    assertThat(ProfileJson.parse(ProfileJson.write(recorded))).isEqualTo(recorded);
  }

  private static List<Long> sums(Timeline.Exits row) {
    return List.of(sum(row.counts()), sum(row.totals()));
  }

  private static long sum(List<Long> column) {
    return column.stream().mapToLong(Long::longValue).sum();
  }

  /** By the handler's name: a recording does not keep its line. */
  private static Map<String, Long> rings(Profile profile) {
    return profile.rings().orElseThrow().stream()
        .collect(
            Collectors.toMap(
                r -> r.from() + "|" + r.to() + "|" + r.mechanism() + r.vector() + name(r),
                r -> r.count()));
  }

  private static String name(RingRow row) {
    Place handler = row.handler();
    return handler == null ? "" : handler.name();
  }

  private static Map<String, List<Long>> paths(Profile profile) {
    CallPaths stacks = profile.stacks().orElseThrow();
    assertThat(stacks.taken()).isEqualTo(stacks.exits());
    return stacks.paths().stream()
        .collect(
            Collectors.toMap(
                p ->
                    p.frames().stream().map(f -> stacks.frames().get(f)).toList()
                        + "|"
                        + p.reason()
                        + p.detail(),
                p -> List.of(p.count(), p.total())));
  }

  @Test
  void stopsForADebuggerAreNoTimeOfTheRun() throws Exception {
    Path guest = SampleGuests.elf("hello");
    Path file = folder.resolve("hello.jfr");
    long pause = 300_000_000;
    long started = System.nanoTime();
    try (VirtualMachine vm =
        VirtualMachine.create(
            MachineConfiguration.defaults().withMemory(64L << 20),
            Guest.of(GuestImage.open(guest), Optional.empty(), ""))) {
      CountDownLatch stopped = new CountDownLatch(1);
      AtomicInteger exits = new AtomicInteger();
      vm.hooks()
          .onExit(
              (vcpu, exit) -> exits.incrementAndGet() == 20 ? HookAction.STOP : HookAction.CONTINUE,
              "");
      vm.addListener(
          new MachineListener() {
            @Override
            public void stopped(MachineStop stop) {
              stopped.countDown();
            }

            @Override
            public void ended(GuestEnd end) {}
          });
      try (ProfileRecording recording =
          ProfileRecording.start(vm, GuestSymbols.NONE, new SymbolFiles(List.of()))) {
        vm.resume();
        stopped.await();
        long until = System.nanoTime() + pause;
        while (System.nanoTime() < until) {
          Thread.onSpinWait(); // The debugger's user thinks.
        }
        vm.resume();
        vm.ended().get(120, TimeUnit.SECONDS);
        recording.finish(file, "hello.elf");
      }
    }
    long wall = System.nanoTime() - started;

    Profile profile = RecordedProfile.read(file);

    Timeline timeline = profile.timeline().orElseThrow();
    assertThat(timeline.width() * (timeline.buckets() - 1)).isLessThan(wall - pause);
    long all = profile.residency().host() + profile.residency().idle();
    for (int ring = 0; ring < 4; ring++) {
      all += profile.residency().ring(ring);
    }
    assertThat(all).isLessThan(wall - pause);
  }

  @Test
  void otherFilesAreRefusedInOneLine() throws Exception {
    Path text = Files.writeString(folder.resolve("text.jfr"), "no recording");
    Path other = folder.resolve("other.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      recording.stop();
      recording.dump(other);
    }

    assertThatThrownBy(() -> RecordedProfile.read(text)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> RecordedProfile.read(other))
        .isInstanceOf(IOException.class)
        .hasMessage(other + " holds no events of Ringside's");
    assertThatThrownBy(() -> RecordedProfile.read(folder.resolve("none.jfr")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aPathIsReadAsItWasWritten() {
    List<Place> frames =
        List.of(
            new Place("kmain", "src/kernel.c:41", 0, true),
            Place.of(0xffffffff81000000L),
            new Place("operator()(int) (.cold)", "a b/c.cc:7", 0, true),
            new Place("asm_label", null, 0, true));

    String text = PathText.of(frames);

    assertThat(text)
        .isEqualTo(
            "kmain (src/kernel.c:41) > 0xffffffff81000000 > operator()(int) (.cold) (a b/c.cc:7)"
                + " > asm_label");
    assertThat(PathText.parse(text)).isEqualTo(frames);
  }

  /** What the JDK's own tool says of the recording. */
  private static String jfr(String command, Path file) throws Exception {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jfr");
    Assumptions.assumeTrue(Files.isExecutable(tool), "this JDK has no jfr tool");
    Process process =
        new ProcessBuilder(tool.toString(), command, file.toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }

  @Test
  void timesHaveTheirUnit() {
    ValueDescriptor cost = jdk.jfr.EventType.getEventType(VmExitEvent.class).getField("cost");

    assertThat(cost.getAnnotation(Timespan.class).value()).isEqualTo(Timespan.NANOSECONDS);
  }
}
