package dev.ringside.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IoApicTest {
  private static final int LEVEL = 1 << 15;
  private static final int MASKED = 1 << 16;
  private static final int REMOTE_IRR = 1 << 14;

  private final FakeTimeline time = new FakeTimeline();
  private final ApicBus bus = new ApicBus();
  private final LocalApic local =
      new LocalApic(0, bus, time, new ClockRate(1_000_000_000), new RecordingEvents());
  private final IoApic io = new IoApic(bus);

  IoApicTest() {
    bus.add(local);
    bus.add(io);
  }

  private void write(int register, long value) {
    io.writeMemory(0, 4, register);
    io.writeMemory(0x10, 4, value);
  }

  private long read(int register) {
    io.writeMemory(0, 4, register);
    return io.readMemory(0x10, 4);
  }

  private void redirect(int pin, long entry) {
    write(0x11 + 2 * pin, entry >>> 32);
    write(0x10 + 2 * pin, entry & 0xffffffffL);
  }

  private void endOfInterrupt() {
    local.writeMemory(0xb0, 4, 0);
  }

  @Test
  void identifiesItself() {
    assertThat(read(1)).isEqualTo(0x170011);
    write(0, 0x0f000000);
    assertThat(read(0)).isEqualTo(0x0f000000);
    assertThat(read(0x10)).as("masked after reset").isEqualTo(MASKED);
    assertThat(io.readMemory(0, 4)).isEqualTo(0x10);
  }

  @Test
  void anEdgeIsDeliveredOnce() {
    redirect(4, 0x34);
    io.pin(4, true);
    assertThat(local.acknowledge()).isEqualTo(0x34);
    endOfInterrupt();
    assertThat(local.hasInterrupt()).isFalse();
    io.pin(4, true);
    assertThat(local.hasInterrupt()).as("no edge").isFalse();
    io.pin(4, false);
    io.pin(4, true);
    assertThat(local.hasInterrupt()).isTrue();
  }

  @Test
  void anEdgeOnAMaskedPinIsLost() {
    redirect(4, MASKED | 0x34);
    io.pin(4, true);
    redirect(4, 0x34);
    assertThat(local.hasInterrupt()).isFalse();
  }

  @Test
  void aLevelIsDeliveredAgainAfterTheEndOfInterrupt() {
    redirect(9, LEVEL | 0x39);
    io.pin(9, true);
    assertThat(read(0x10 + 18)).isEqualTo(LEVEL | REMOTE_IRR | 0x39);
    assertThat(local.acknowledge()).isEqualTo(0x39);
    io.pin(9, true);
    assertThat(local.hasInterrupt()).isFalse();
    endOfInterrupt();
    assertThat(local.acknowledge()).as("still asserted").isEqualTo(0x39);
    io.pin(9, false);
    endOfInterrupt();
    assertThat(local.hasInterrupt()).isFalse();
    assertThat(read(0x10 + 18)).isEqualTo(LEVEL | 0x39);
  }

  @Test
  void unmaskingAnAssertedLevelDelivers() {
    redirect(9, MASKED | LEVEL | 0x39);
    io.pin(9, true);
    assertThat(local.hasInterrupt()).isFalse();
    redirect(9, LEVEL | 0x39);
    assertThat(local.acknowledge()).isEqualTo(0x39);
  }

  @Test
  void destinationsAreHonoured() {
    redirect(1, 1L << 56 | 0x31);
    io.pin(1, true);
    assertThat(local.hasInterrupt()).as("for APIC 1").isFalse();
    local.writeMemory(0xd0, 4, 4 << 24);
    redirect(2, 6L << 56 | 1 << 11 | 0x32);
    io.pin(2, true);
    assertThat(local.acknowledge()).as("logical 6 has bit 2").isEqualTo(0x32);
  }

  @Test
  void nmiAndReadOnlyBits() {
    redirect(5, 0x5400);
    assertThat(read(0x1a)).isEqualTo(0x400);
    io.pin(5, true);
    assertThat(local.takeNmi()).isTrue();
  }
}
