package dev.ringside.profiler.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The time of a run, without what is not the run's, and with few readings of the clock. */
class RunClockTest {
  private long host = 5_000;
  private int readings;
  private final RunClock clock =
      new RunClock(
          () -> {
            readings++;
            return host;
          });

  @Test
  void debuggerStopsAreNoTime() {
    host += 1_000; // It stands before it runs.
    clock.resumed();
    host += 70;
    assertThat(clock.now()).isEqualTo(70);
    clock.stopped();
    host += 1_000_000;
    assertThat(clock.now()).isEqualTo(70);
    assertThat(clock.about(10)).isEqualTo(70);
    clock.resumed();
    host += 5;

    assertThat(clock.now()).isEqualTo(75);
    assertThat(clock.at(host)).isEqualTo(75);
  }

  @Test
  void whatIsExcludedIsNoTime() {
    clock.resumed();
    host += 100;
    assertThat(clock.now()).isEqualTo(100);
    host += 30;
    clock.exclude(30);
    assertThat(clock.about(1)).isEqualTo(100);
    host += 4;

    assertThat(clock.now()).isEqualTo(104);
  }

  @Test
  void betweenExitsThatAreCloseTheClockIsNotRead() {
    clock.resumed();
    clock.about(1_000);
    int before = readings;
    host += 400;
    clock.passed(300);

    assertThat(clock.about(1_010)).isEqualTo(300);
    assertThat(readings).isEqualTo(before);
    assertThat(clock.about(9_000)).isEqualTo(400);
    assertThat(readings).isEqualTo(before + 1);
  }

  @Test
  void whereNobodyCountsInstructionsItIsReadEveryTime() {
    clock.resumed();
    host += 400;
    assertThat(clock.about(-1)).isEqualTo(400);
    host += 1;
    assertThat(clock.about(-1)).isEqualTo(401);
  }
}
