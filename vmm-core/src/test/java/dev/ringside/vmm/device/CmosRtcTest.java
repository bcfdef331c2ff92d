package dev.ringside.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CmosRtcTest {
  private static final long SECOND = 1_000_000_000L;

  private final FakeTimeline time = new FakeTimeline();
  private boolean irq;
  private final CmosRtc rtc =
      new CmosRtc(time, high -> irq = high, Instant.parse("2026-03-01T23:59:58Z").getEpochSecond());

  private int read(int register) {
    rtc.writePort(0, 1, register);
    return (int) rtc.readPort(1, 1);
  }

  private void write(int register, int value) {
    rtc.writePort(0, 1, register);
    rtc.writePort(1, 1, value);
  }

  private String shown() {
    return String.format(
        "%02x%02x-%02x-%02x %02x:%02x:%02x",
        read(0x32), read(9), read(8), read(7), read(4), read(2), read(0));
  }

  @Test
  void showsTheTimeInBcdAndGoesOnWithGuestTime() {
    assertThat(shown()).isEqualTo("2026-03-01 23:59:58");
    assertThat(read(6)).as("a Sunday is day 1").isEqualTo(1);
    time.advance(3 * SECOND);
    assertThat(shown()).isEqualTo("2026-03-02 00:00:01");
    assertThat(read(6)).isEqualTo(2);
    assertThat(read(0xd)).isEqualTo(0x80);
  }

  @Test
  void binaryAndTwelveHourModes() {
    write(0xb, 6);
    assertThat(read(0)).isEqualTo(58);
    assertThat(read(4)).isEqualTo(23);
    write(0xb, 0);
    assertThat(read(4)).as("11 p.m.").isEqualTo(0x91);
    time.advance(3 * SECOND);
    assertThat(read(4)).as("12 a.m.").isEqualTo(0x12);
  }

  @Test
  void settingTheTimeInAnyOrder() {
    write(0xb, 0x82);
    write(7, 0x31);
    write(8, 0x12);
    write(9, 0x99);
    write(0x32, 0x19);
    write(4, 0x12);
    write(2, 0x34);
    write(0, 0x56);
    time.advance(10 * SECOND);
    assertThat(shown()).as("stands still while SET").isEqualTo("1999-12-31 12:34:56");
    write(0xb, 0x02);
    time.advance(SECOND);
    assertThat(shown()).isEqualTo("1999-12-31 12:34:57");
  }

  @Test
  void updateInProgressPrecedesTheNewSecond() {
    assertThat(read(0xa)).isEqualTo(0x26);
    time.advance(SECOND - 2_000_000);
    assertThat(read(0xa)).isEqualTo(0xa6);
    time.advance(2_000_000);
    assertThat(read(0xa)).isEqualTo(0x26);
  }

  @Test
  void updateInterruptOnceASecond() {
    write(0xb, 0x12);
    time.advance(SECOND - 1);
    assertThat(irq).isFalse();
    time.advance(1);
    assertThat(irq).isTrue();
    assertThat(read(0xc) & 0x90).isEqualTo(0x90);
    assertThat(irq).as("reading C clears it").isFalse();
    time.advance(SECOND);
    assertThat(irq).isTrue();
  }

  @Test
  void periodicInterruptAt1024Hertz() {
    write(0xb, 0x42);
    int count = 0;
    for (int i = 0; i < 1024; i++) {
      time.advance(SECOND / 1024 + 1);
      if (irq) {
        count++;
        assertThat(read(0xc) & 0xc0).isEqualTo(0xc0);
      }
    }
    assertThat(count).isEqualTo(1024);
  }

  @Test
  void alarmWithDoNotCareBytes() {
    write(1, 0x05);
    write(3, 0xff);
    write(5, 0xc0);
    write(0xb, 0x22);
    time.advance(6 * SECOND);
    assertThat(irq).isFalse();
    time.advance(SECOND);
    assertThat(irq).isTrue();
    assertThat(read(0xc)).isEqualTo(0x80 | 0x40 | 0x20 | 0x10);
  }

  @Test
  void memoryKeepsItsBytesAndPort70MasksNmi() {
    write(0x40, 0xab);
    assertThat(read(0x40)).isEqualTo(0xab);
    assertThat(rtc.masksNmi()).isFalse();
    rtc.writePort(0, 1, 0x80 | 0x40);
    assertThat(rtc.masksNmi()).isTrue();
    assertThat(rtc.readPort(1, 1)).isEqualTo(0xab);
  }
}
