package dev.ringside.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.samples.SampleGuests;
import org.junit.jupiter.api.Test;

class WarmUpCommandTest {
  @Test
  void aSessionRunsThroughWithoutAGuestOfTheUsers() {
    assertThat(Ringside.execute("warm-up")).isZero();
  }

  @Test
  void aSessionRunsThroughOnAGuestWithSymbols() {
    assertThat(Ringside.execute("warm-up", SampleGuests.elf("hello").toString())).isZero();
  }

  @Test
  void aMissingGuestIsAnError() {
    assertThat(Ringside.execute("warm-up", "/nonexistent")).isNotZero();
  }
}
