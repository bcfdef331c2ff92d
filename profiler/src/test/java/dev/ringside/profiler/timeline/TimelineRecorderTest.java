package dev.ringside.profiler.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.vmx.ExitReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run cut into equal pieces, however long it gets. */
class TimelineRecorderTest {
  private static final long WIDTH = 31_250;

  private final TimelineRecorder recorder = new TimelineRecorder();

  @Test
  void exitsAreInTheBucketTheyHappenedIn() {
    exit(ExitReason.CPUID, 0, 10);
    exit(ExitReason.CPUID, WIDTH - 1, 20);
    exit(ExitReason.HLT, WIDTH, 30);
    exit(ExitReason.CPUID, 2 * WIDTH, 40);

    Timeline timeline = recorder.timeline(3 * WIDTH, false);

    assertThat(timeline.width()).isEqualTo(WIDTH);
    assertThat(timeline.buckets()).isEqualTo(4);
    assertThat(timeline.exits())
        .containsExactly(
            new Timeline.Exits(
                ExitReason.CPUID, List.of(2L, 0L, 1L, 0L), List.of(30L, 0L, 40L, 0L)),
            new Timeline.Exits(ExitReason.HLT, List.of(0L, 1L, 0L, 0L), List.of(0L, 30L, 0L, 0L)));
    assertThat(timeline.residency().rings()).isEmpty();
  }

  @Test
  void timeIsSharedAmongTheBucketsItSpans() {
    recorder.stayed(3, 0, 4 * WIDTH, 2 * WIDTH);
    recorder.stayed(0, WIDTH / 2, WIDTH / 2 + WIDTH, WIDTH);
    recorder.exited(ExitReason.HLT, WIDTH);
    recorder.entered(ExitReason.HLT, WIDTH, 250, 3 * WIDTH - 250);

    Timeline.Residencies residency = recorder.timeline(4 * WIDTH - 1, true).residency();

    long half = WIDTH / 2;
    assertThat(residency.rings().get(0)).startsWith(half, half).endsWith(0L);
    assertThat(residency.rings().get(3)).startsWith(half, half, half, half);
    assertThat(residency.host()).containsExactly(0L, 250L, 0L, 0L, 0L);
    assertThat(residency.idle()).containsExactly(0L, WIDTH - 250, WIDTH, WIDTH, 0L);
  }

  @Test
  void whenTheBucketsAreFullNeighboursAreMerged() {
    for (int i = 0; i < 512; i++) {
      exit(ExitReason.CPUID, i * WIDTH, i);
    }
    assertThat(recorder.timeline(0, false).buckets()).isEqualTo(512);

    exit(ExitReason.HLT, 512 * WIDTH, 5);

    Timeline timeline = recorder.timeline(0, false);
    assertThat(timeline.width()).isEqualTo(2 * WIDTH);
    assertThat(timeline.buckets()).isEqualTo(257);
    assertThat(timeline.exits().getFirst().counts()).startsWith(2L, 2L).endsWith(2L, 0L);
    assertThat(timeline.exits().getFirst().totals()).startsWith(0L + 1, 2L + 3, 4L + 5);
    assertThat(timeline.exits().getLast().counts()).startsWith(0L).endsWith(0L, 1L);
  }

  @Test
  void nothingIsLostHoweverLongTheRun() {
    long exits = 10_000;
    long hour = 3_600_000_000_000L;
    for (long i = 0; i < exits; i++) {
      exit(ExitReason.CPUID, i * (hour / exits), 7);
    }
    recorder.stayed(0, 0, hour, hour);

    Timeline timeline = recorder.timeline(hour, true);

    assertThat(timeline.buckets()).isBetween(256, 512);
    assertThat(timeline.width() * timeline.buckets()).isBetween(hour, hour * 101 / 100);
    assertThat(sum(timeline.exits().getFirst().counts())).isEqualTo(exits);
    assertThat(sum(timeline.exits().getFirst().totals())).isEqualTo(7 * exits);
    assertThat(sum(timeline.residency().rings().getFirst())).isEqualTo(hour);
  }

  private static long sum(List<Long> column) {
    return column.stream().mapToLong(Long::longValue).sum();
  }

  private void exit(ExitReason reason, long at, long cost) {
    recorder.exited(reason, at);
    recorder.entered(reason, at, cost, 0);
  }
}
