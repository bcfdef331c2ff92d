package dev.ringside.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.memory.GuestMemory;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole board through its bus, as a guest sees it. */
class BoardTest {
  private final FakeTimeline time = new FakeTimeline();
  private final RecordingEvents events = new RecordingEvents();
  private final ByteArrayOutputStream serial = new ByteArrayOutputStream();
  private final ByteArrayOutputStream debug = new ByteArrayOutputStream();
  private final IoBus bus = new IoBus();
  private final Board board =
      new Board(
          bus,
          time,
          events,
          new BoardConfiguration(
              512L << 20,
              0,
              1,
              1_000_000_000L,
              Instant.EPOCH,
              List.of(serial::write),
              debug::write));
  private final InterruptSource interrupts = board.interrupts(0);

  private void out(int port, int... values) {
    for (int value : values) {
      bus.writePort(port, 1, value);
    }
  }

  private int in(int port) {
    return (int) bus.readPort(port, 1);
  }

  private void initialisePics() {
    out(0x20, 0x11);
    out(0x21, 0x20, 4, 1, 0);
    out(0xa0, 0x11);
    out(0xa1, 0x28, 2, 1, 0);
  }

  @Test
  void consolesTakeBytes() {
    out(0x3f8, 'o', 'k');
    out(0xe9, 'd');
    assertThat(serial).hasToString("ok");
    assertThat(debug).hasToString("d");
    assertThat(in(0xe9)).isEqualTo(0xe9);
  }

  @Test
  void wideAccessesToByteDevicesAreSplit() {
    bus.writePort(0x3f8 + 7, 1, 0x5a);
    assertThat(bus.readPort(0x3fe, 2)).isEqualTo(0x5ab0);
    assertThat(bus.readPort(0x3ff, 2)).as("the port behind is nobody's").isEqualTo(0xff5a);
  }

  @Test
  void unclaimedPlacesReadAsOnes() {
    assertThat(bus.readPort(0x1234, 4)).isEqualTo(0xffffffffL);
    assertThat(bus.claims(0xd0000000L)).isFalse();
    assertThat(bus.readMemory(0xd0000000L, 8)).isEqualTo(-1L);
    assertThat(bus.portName(0x1234)).isNull();
    assertThat(bus.portName(0x3fb)).isEqualTo("COM1");
    assertThat(bus.memoryName(0xfee00020L)).isEqualTo("local APIC");
  }

  @Test
  void powerOffResetAndDebugExit() {
    bus.writePort(0xf4, 4, 0x21);
    bus.writePort(0x604, 2, 0x2000);
    out(0x64, 0xfe);
    out(0xcf9, 2, 6);
    out(0x92, 3);
    assertThat(events.log)
        .containsExactly(
            "debug exit 33",
            "power-off",
            "reset: keyboard controller",
            "reset: port 0xcf9",
            "reset: port 0x92");
  }

  @Test
  void otherSleepTypesDoNotPowerOff() {
    bus.writePort(0x604, 2, 0x2000 | 5 << 10);
    assertThat(events.log).isEmpty();
  }

  @Test
  void thereIsNoPci() {
    bus.writePort(0xcf8, 4, 0x80000400L);
    assertThat(bus.readPort(0xcf8, 4)).isEqualTo(0xffffffffL);
    assertThat(bus.readPort(0xcfc, 4)).isEqualTo(0xffffffffL);
    assertThat(events.log).as("and the address register does not reset").isEmpty();
  }

  @Test
  void theTimerInterruptsThroughThePicsInVirtualWireMode() {
    initialisePics();
    out(0x43, 0x34);
    out(0x40, 0xe8, 0x03);
    out(0x21, 0xfe);
    time.advance(1_000_000);
    assertThat(interrupts.hasInterrupt()).isTrue();
    assertThat(interrupts.acknowledge()).isEqualTo(0x20);
    assertThat(interrupts.hasInterrupt()).isFalse();
  }

  @Test
  void theTimerInterruptsThroughPinTwoOfTheIoApic() {
    initialisePics();
    out(0x21, 0xff);
    bus.writeMemory(0xfec00000L, 4, 0x14);
    bus.writeMemory(0xfec00010L, 4, 0x30);
    out(0x43, 0x34);
    out(0x40, 0xe8, 0x03);
    time.advance(1_000_000);
    assertThat(interrupts.acknowledge()).isEqualTo(0x30);
    assertThat(bus.readMemory(0xfee00110L, 4)).isEqualTo(1 << 16);
    bus.writeMemory(0xfee000b0L, 4, 0);
    assertThat(bus.readMemory(0xfee00110L, 4)).isZero();
  }

  @Test
  void serialInputInterrupts() {
    initialisePics();
    out(0x3fc, 8);
    out(0x3f9, 1);
    board.serial(0).receive(new byte[] {'x'});
    assertThat(interrupts.acknowledge()).isEqualTo(0x24);
    assertThat(in(0x3f8)).isEqualTo('x');
  }

  @Test
  void nmiUnlessMasked() {
    board.nmi();
    assertThat(interrupts.takeNmi()).isTrue();
    assertThat(interrupts.takeNmi()).isFalse();
    out(0x70, 0x80);
    board.nmi();
    assertThat(interrupts.takeNmi()).isFalse();
    out(0x70, 0);
    assertThat(interrupts.takeNmi()).isTrue();
  }

  @Test
  void theKeyboardControllerAnswersAtOnceThatNothingIsAttached() {
    assertThat(in(0x64) & 3).isZero();
    out(0x64, 0xaa);
    assertThat(in(0x64) & 1).isEqualTo(1);
    assertThat(in(0x60)).isEqualTo(0x55);
    out(0x64, 0x20);
    assertThat(in(0x60)).isEqualTo(0x74);
    out(0x64, 0x60);
    out(0x60, 0x45);
    out(0x64, 0x20);
    assertThat(in(0x60)).isEqualTo(0x45);
    out(0x64, 0xa9);
    assertThat(in(0x60)).as("no mouse port").isEqualTo(1);
    out(0x64, 0xd3);
    out(0x60, 0x5a);
    assertThat(in(0x64) & 0x21).as("not from the mouse").isEqualTo(1);
    in(0x60);
    out(0x60, 0xff);
    assertThat(in(0x64) & 0x41).as("timeout").isEqualTo(0x41);
    assertThat(in(0x60)).isEqualTo(0xfe);
  }

  @Test
  void cmosTellsTheMemorySize() {
    out(0x70, 0x34);
    int low = in(0x71);
    out(0x70, 0x35);
    assertThat((low | in(0x71) << 8) * 64L + 16 * 1024).isEqualTo(512 * 1024);
  }

  @Test
  void thePmTimerCountsAt3579545Hertz() {
    time.advance(1_000_000_000L);
    assertThat(bus.readPort(0x608, 4)).isEqualTo(3_579_545);
  }

  @Test
  void thePmTimerInterruptsOnOverflowIfEnabled() {
    initialisePics();
    bus.writePort(0x602, 2, 1);
    assertThat(bus.readPort(0x604, 2)).as("ACPI is on").isEqualTo(1);
    time.advance(600L * 1_000_000_000L);
    assertThat(bus.readPort(0x600, 2)).isEqualTo(1);
    assertThat(interrupts.acknowledge()).isEqualTo(0x29);
    bus.writePort(0x600, 2, 1);
    assertThat(bus.readPort(0x600, 2)).isZero();
  }

  @Test
  void anUnpluggedBoardIsSilent() {
    out(0x43, 0x34);
    out(0x40, 0xe8, 0x03);
    board.unplug();
    time.advance(10_000_000);
    assertThat(time.pending()).isZero();
  }

  @Test
  void tablesAddUpAndPointAtEachOther() {
    GuestMemory memory = new GuestMemory(Arena.ofAuto().allocate(2 << 20, 4096));
    long rsdp = board.writeTables(memory);
    assertThat(new String(memory.read(rsdp, 8), java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("RSD PTR ");
    assertThat(sum(memory, rsdp, 20)).isZero();
    assertThat(sum(memory, rsdp, 36)).isZero();
    long xsdt = memory.readLong(rsdp + 24);
    assertThat(memory.readInt(xsdt + 4)).isEqualTo(36 + 16);
    long fadt = memory.readLong(xsdt + 36);
    long madt = memory.readLong(xsdt + 44);
    assertThat(memory.readInt(fadt + 4)).isEqualTo(276);
    long dsdt = memory.readLong(fadt + 140);
    assertThat(memory.readInt(fadt + 40)).isEqualTo((int) dsdt);
    for (long table : new long[] {xsdt, fadt, madt, dsdt}) {
      assertThat(sum(memory, table, memory.readInt(table + 4))).isZero();
    }
    assertThat(memory.readInt(fadt + 64)).as("PM1a control").isEqualTo(0x604);
    assertThat(memory.readInt(fadt + 76)).as("PM timer").isEqualTo(0x608);
    assertThat(memory.readLong(fadt + 120)).as("reset register").isEqualTo(0xcf9);
    assertThat(memory.readByte(fadt + 128)).isEqualTo(6);
    long mp = 0xf8000;
    assertThat(sum(memory, mp, 16)).isZero();
    long configuration = memory.readInt(mp + 4);
    assertThat(sum(memory, configuration, memory.readShort(configuration + 4))).isZero();
  }

  private static int sum(GuestMemory memory, long at, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += memory.readByte(at + i);
    }
    return sum & 0xff;
  }
}
