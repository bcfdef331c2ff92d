package dev.ringside.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Pit8254Test {
  private final FakeTimeline time = new FakeTimeline();
  private final List<Long> rises = new ArrayList<>();
  private boolean irq;
  private final Pit8254 pit =
      new Pit8254(
          time,
          high -> {
            if (high && !irq) {
              rises.add(Pit8254.CLOCK.ticksAt(time.now()));
            }
            irq = high;
          });
  private final PortDevice portB = pit.controlPortB();

  private void ticks(long count) {
    long tick = Pit8254.CLOCK.ticksAt(time.now());
    time.advance(Pit8254.CLOCK.timeOf(tick + count) - time.now());
  }

  private void control(int word) {
    pit.writePort(3, 1, word);
  }

  private void count(int counter, int value) {
    pit.writePort(counter, 1, value & 0xff);
    pit.writePort(counter, 1, value >> 8);
  }

  private int read(int counter) {
    int low = (int) pit.readPort(counter, 1);
    return low | (int) pit.readPort(counter, 1) << 8;
  }

  private int latched(int counter) {
    control(counter << 6);
    return read(counter);
  }

  @Test
  void modeTwoInterruptsOncePerPeriod() {
    control(0x34);
    count(0, 1000);
    ticks(1 + 3000);
    assertThat(rises).startsWith(0L).endsWith(1001L, 2001L, 3001L).hasSize(4);
  }

  @Test
  void modeTwoCountsFromThePeriodDownToOne() {
    control(0x34);
    count(0, 1000);
    ticks(1);
    assertThat(latched(0)).isEqualTo(1000);
    ticks(999);
    assertThat(latched(0)).isEqualTo(1);
    ticks(1);
    assertThat(latched(0)).isEqualTo(1000);
  }

  @Test
  void modeTwoTakesANewCountUpAtTheEndOfThePeriod() {
    control(0x34);
    count(0, 1000);
    ticks(1 + 300);
    count(0, 50);
    assertThat(latched(0)).isEqualTo(700);
    ticks(700);
    assertThat(latched(0)).isEqualTo(50);
    ticks(50);
    assertThat(rises).containsExactly(0L, 1001L, 1051L);
  }

  @Test
  void modeZeroRaisesItsOutputNPlusOneTicksAfterTheWrite() {
    control(0x30);
    count(0, 100);
    ticks(100);
    assertThat(irq).isFalse();
    ticks(1);
    assertThat(irq).isTrue();
    ticks(10);
    assertThat(latched(0)).as("goes on from 0").isEqualTo(0x10000 - 10);
    ticks(200_000);
    assertThat(rises).hasSize(1);
  }

  private boolean out2() {
    return (portB.readPort(0, 1) & 0x20) != 0;
  }

  private List<Boolean> levels(int ticks) {
    List<Boolean> levels = new ArrayList<>();
    for (int i = 0; i < ticks; i++) {
      levels.add(out2());
      ticks(1);
    }
    return levels;
  }

  @Test
  void modeThreeIsASquareWaveThatDecrementsByTwo() {
    portB.writePort(0, 1, 1);
    control(0xb6);
    count(2, 10);
    ticks(1);
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      values.add(latched(2));
      ticks(1);
    }
    assertThat(values).containsExactly(10, 8, 6, 4, 2, 10, 8, 6, 4, 2);
    assertThat(levels(10))
        .containsExactly(true, true, true, true, true, false, false, false, false, false);
  }

  @Test
  void modeThreeWithAnOddCountIsHighOneTickLonger() {
    portB.writePort(0, 1, 1);
    control(0xb6);
    count(2, 5);
    ticks(1);
    assertThat(levels(5)).containsExactly(true, true, true, false, false);
  }

  @Test
  void modeThreeTakesANewCountUpAfterHalfAPeriod() {
    portB.writePort(0, 1, 1);
    control(0xb6);
    count(2, 6);
    ticks(2);
    count(2, 4);
    assertThat(levels(8)).containsExactly(true, true, false, false, true, true, false, false);
  }

  @Test
  void modeThreeInterruptsAtEachRise() {
    control(0x36);
    count(0, 10);
    ticks(1 + 30);
    assertThat(rises).containsExactly(0L, 11L, 21L, 31L);
  }

  @Test
  void aPeriodCostsOneAlarm() {
    control(0x36);
    count(0, 1000);
    int alarms = 0;
    long end = Pit8254.CLOCK.timeOf(10_001);
    while (time.next() <= end) {
      time.advance(time.next() - time.now());
      alarms++;
    }
    assertThat(alarms).isEqualTo(10);
  }

  @Test
  void aCountOfZeroMeans65536() {
    control(0x34);
    count(0, 0);
    ticks(1 + 65536);
    assertThat(rises).containsExactly(0L, 65537L);
  }

  @Test
  void speakerGateStartsCounterTwoAndPort61ShowsItsOutput() {
    portB.writePort(0, 1, 0);
    control(0xb0);
    count(2, 1193);
    ticks(5000);
    assertThat(portB.readPort(0, 1) & 0x21).as("gate low: does not count").isEqualTo(0);
    portB.writePort(0, 1, 1);
    ticks(1192);
    assertThat(portB.readPort(0, 1) & 0x21).isEqualTo(1);
    ticks(1);
    assertThat(portB.readPort(0, 1) & 0x21).isEqualTo(0x21);
  }

  @Test
  void modeOneIsAOneShotThatTheGateRetriggers() {
    control(0xb2);
    count(2, 20);
    assertThat(portB.readPort(0, 1) & 0x20).isEqualTo(0x20);
    portB.writePort(0, 1, 1);
    ticks(1);
    assertThat(portB.readPort(0, 1) & 0x20).isZero();
    ticks(10);
    portB.writePort(0, 1, 0);
    portB.writePort(0, 1, 1);
    ticks(20);
    assertThat(portB.readPort(0, 1) & 0x20).as("still low: retriggered").isZero();
    ticks(1);
    assertThat(portB.readPort(0, 1) & 0x20).isEqualTo(0x20);
  }

  @Test
  void modesFourAndFiveStrobeForOneTick() {
    portB.writePort(0, 1, 1);
    control(0xb8);
    count(2, 7);
    ticks(7);
    assertThat(out2()).isTrue();
    ticks(1);
    assertThat(out2()).isFalse();
    ticks(1);
    assertThat(out2()).isTrue();

    portB.writePort(0, 1, 0);
    control(0xba);
    count(2, 7);
    portB.writePort(0, 1, 1);
    ticks(8);
    assertThat(portB.readPort(0, 1) & 0x20).isZero();
    ticks(1);
    assertThat(portB.readPort(0, 1) & 0x20).isEqualTo(0x20);
  }

  @Test
  void readBackLatchesStatusAndCountOfSeveralCounters() {
    control(0x34);
    control(0xb6);
    count(0, 1000);
    assertThat((int) readBackStatus(0))
        .as("null count until the load")
        .isEqualTo(0x80 | 0x40 | 0x34);
    ticks(11);
    control(0xc0 | 2);
    assertThat(pit.readPort(0, 1)).isEqualTo(0x80 | 0x34);
    ticks(5);
    assertThat(read(0)).as("count latched with it").isEqualTo(990);
    assertThat(readBackStatus(2)).isEqualTo(0x80 | 0x40 | 0x36);
  }

  private long readBackStatus(int counter) {
    control(0xe0 | 2 << counter);
    return pit.readPort(counter, 1);
  }

  @Test
  void aLatchedCountStaysUntilItIsRead() {
    control(0x34);
    count(0, 1000);
    ticks(101);
    control(0);
    ticks(50);
    control(0);
    assertThat(read(0)).isEqualTo(900);
  }

  @Test
  void bcdCountsInDecimal() {
    control(0x35);
    count(0, 0x1234);
    ticks(1 + 35);
    assertThat(latched(0)).isEqualTo(0x1199);
  }

  @Test
  void oneByteAccessModes() {
    control(0x14);
    pit.writePort(0, 1, 200);
    ticks(1 + 20);
    control(0);
    assertThat(pit.readPort(0, 1)).isEqualTo(180);
    control(0x24);
    pit.writePort(0, 1, 2);
    ticks(1 + 1);
    control(0);
    assertThat(pit.readPort(0, 1)).as("high byte of 511").isEqualTo(1);
  }

  @Test
  void aLateAlarmStillShowsTheEdge() {
    control(0x34);
    count(0, 1000);
    time.jump(Pit8254.CLOCK.timeOf(1500));
    assertThat(rises).hasSize(2);
  }

  @Test
  void calibrationAsLinuxDoesIt() {
    portB.writePort(0, 1, portB.readPort(0, 1) & ~2 | 1);
    control(0xb0);
    count(2, 1193182 / (1000 / 50));
    long start = time.now();
    while ((portB.readPort(0, 1) & 0x20) == 0) {
      time.advance(1000);
    }
    assertThat(time.now() - start).isBetween(50_000_000L, 50_003_000L);
  }
}
