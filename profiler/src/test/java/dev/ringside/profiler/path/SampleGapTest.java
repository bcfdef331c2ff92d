package dev.ringside.profiler.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How many call paths are taken, of a guest that exits so and so often. */
class SampleGapTest {
  private static final long COST = 5_000;
  private static final long SECOND = 1_000_000_000;

  private final SampleGap gap = new SampleGap();
  private long now;
  private long taken;

  @Test
  void aShortRunIsTakenWhole() {
    run(2_000, 1_000);

    assertThat(taken).isEqualTo(2_000);
  }

  @Test
  void evenIfTheHostWasBusyElsewhere() {
    for (int i = 0; i < 2_000; i++) {
      assertThat(gap.takes(1000, now)).isTrue();
      gap.took(now, 10_000_000);
      now += 1_000;
    }
  }

  @Test
  void aGuestThatSeldomExitsIsTakenWhole() {
    run(100_000, 1_000_000);

    assertThat(taken).isEqualTo(100_000);
  }

  @Test
  void otherwiseOnePercentOfTheTimeIsSpent() {
    run(5_000_000, 1_000); // Five seconds and the first credit.
    long begun = now;
    taken = 0;
    run(10_000_000, 1_000);

    double share = (double) taken * COST / (now - begun);
    assertThat(share).isBetween(0.006, 0.0125);
  }

  @Test
  void theFirstOfEveryKindAreTaken() {
    run(5_000_000, 1_000);

    for (int i = 0; i < 4; i++) {
      assertThat(gap.takes(i, now)).isTrue();
    }
  }

  @Test
  void aGuestThatSlowsDownIsTakenAgainSoon() {
    run(5_000_000, 1_000);
    taken = 0;
    run(20, SECOND);

    assertThat(taken).isGreaterThanOrEqualTo(19);
  }

  @Test
  void noLoopKeepsStep() {
    run(5_000_000, 1_000);
    long[] byPlace = new long[8];
    for (int i = 0; i < 8_000_000; i++) {
      long before = taken;
      run(1, 1_000);
      byPlace[i % 8] += taken - before;
    }

    long all = java.util.stream.LongStream.of(byPlace).sum();
    for (long here : byPlace) {
      assertThat((double) here / all).isBetween(0.10, 0.15);
    }
  }

  private void run(int exits, long period) {
    for (int i = 0; i < exits; i++) {
      now += period;
      if (gap.takes(1000, now)) {
        gap.took(now, COST);
        taken++;
      }
    }
  }
}
