package dev.ringside.profiler.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.profiler.GuestProfiler;
import dev.ringside.profiler.GuestSymbols;
import dev.ringside.profiler.Profile;
import dev.ringside.samples.SampleGuests;
import dev.ringside.symbols.SymbolFile;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.boot.GuestImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import jdk.jfr.Timespan;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recording, read by the JDK's own reader, holds what the live profile counted. */
class ProfileRecordingTest {
  @TempDir Path folder;

  @Test
  void holdsEveryExitAndTransitionAndNothingElse() throws Exception {
    Path file = folder.resolve("rings.jfr");
    Path guest = SampleGuests.elf("rings");
    Profile profile;
    try (SymbolFile file1 = SymbolFile.open(guest);
        VirtualMachine vm =
            VirtualMachine.create(
                MachineConfiguration.defaults().withMemory(64L << 20),
                Guest.of(GuestImage.open(guest), Optional.empty(), ""))) {
      GuestSymbols symbols = GuestSymbols.of(List.of(file1));
      try (GuestProfiler profiler = GuestProfiler.install(vm);
          ProfileRecording recording = ProfileRecording.start(vm, symbols)) {
        vm.resume();
        vm.ended().get(120, TimeUnit.SECONDS);
        recording.finish(file, "rings.elf");
        profile = profiler.snapshot("rings.elf", symbols);
      }
    }

    List<RecordedEvent> events = RecordingFile.readAllEvents(file);

    Map<String, Long> counts =
        events.stream()
            .collect(Collectors.groupingBy(e -> e.getEventType().getName(), Collectors.counting()));
    long transitions = profile.rings().orElseThrow().stream().mapToLong(row -> row.count()).sum();
    assertThat(counts)
        .containsOnly(
            Map.entry("ringside.VmExit", profile.exitCount()),
            Map.entry("ringside.RingTransition", transitions),
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
        .containsPattern("rip = 0x[0-9A-F]+\n")
        .containsPattern("cost = [0-9.]+ [num]?s\n");
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
