package dev.ringside.vmm.device;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Each service as its stub calls it: a write to the private port with the caller's frame on the
 * stack.
 */
class BiosTest {
  private static final int CARRY = 1;
  private static final int ZERO = 0x40;
  private static final int STACK = 0x7000;

  private final FakeTimeline time = new FakeTimeline();
  private final RecordingEvents events = new RecordingEvents();
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private final GuestMemory memory = new GuestMemory(Arena.ofAuto().allocate(32 << 20, 4096));
  private final FakeCpu cpu = new FakeCpu();
  private final IoBus bus = new IoBus();
  private final Board board =
      new Board(
          bus,
          time,
          events,
          new BoardConfiguration(
              32 << 20,
              0,
              1,
              1_000_000_000L,
              Instant.parse("2026-03-01T12:00:00Z"),
              List.of(console::write),
              v -> {}));
  private final Map<Long, byte[]> written = new HashMap<>();
  private final BootDisk disk =
      new BootDisk() {
        @Override
        public long sectors() {
          return 20_160;
        }

        @Override
        public byte[] read(long number) {
          byte[] sector = new byte[SECTOR];
          Arrays.fill(sector, (byte) number);
          return written.getOrDefault(number, sector);
        }

        @Override
        public void write(long number, byte[] sector) {
          written.put(number, sector);
        }
      };

  BiosTest() {
    board.startBios(memory, cpu, disk);
    cpu.write(Register.RSP, STACK);
    cpu.write(Register.RFLAGS, 2);
  }

  private void set(Register register, long value) {
    cpu.write(register, value);
  }

  private long get(Register register) {
    return cpu.read(register);
  }

  /** Calls interrupt {@code vector}: the flags that the caller gets back. */
  private int call(int vector, int ax) {
    cpu.write(Register.RAX, ax);
    memory.writeShort(STACK + 4, 0x0202 | CARRY | ZERO);
    bus.writePort(0xa0 + vector, 1, 0);
    return memory.readShort(STACK + 4);
  }

  private boolean waits() {
    return (cpu.read(Register.RFLAGS) & CARRY) != 0;
  }

  @Test
  void everyVectorLeadsToAStubInTheRom() {
    for (int vector = 0; vector < 256; vector++) {
      assertThat(memory.readShort(4L * vector + 2)).isEqualTo(0xf000);
      long stub = 0xf0000L + memory.readShort(4L * vector);
      assertThat(memory.readByte(stub)).isIn(0xcf, 0xe6, 0x50);
    }
    long video = 0xf0000L + memory.readShort(4 * 0x10);
    assertThat(memory.readShort(video)).as("out 0xb0, al").isEqualTo(0xb0e6);
    assertThat(memory.readByte(video + 2 + 2 + 5)).as("the jnc's target is iret").isEqualTo(0xcf);
    assertThat(memory.readByte(video + 9 - 9)).isEqualTo(0xe6);
  }

  @Test
  void teletypeWritesToTheConsole() {
    for (char c : "Hi\r\n".toCharArray()) {
      call(0x10, 0x0e00 | c);
    }
    assertThat(console.toString(US_ASCII)).isEqualTo("Hi\r\n");
    call(0x10, 0x0300);
    assertThat(get(Register.RDX)).as("row 1, column 0").isEqualTo(0x0100);
  }

  @Test
  void strings() {
    memory.write(0x8000, "text".getBytes(US_ASCII));
    cpu.write(SegmentRegister.ES, Segment.real(0x800));
    set(Register.RBP, 0);
    set(Register.RCX, 4);
    set(Register.RDX, 0x0203);
    call(0x10, 0x1301);
    assertThat(console.toString(US_ASCII)).isEqualTo("\r\n\r\n   text");
  }

  @Test
  void keysComeFromTheSerialPort() {
    assertThat(call(0x16, 0x0100) & ZERO).isNotZero();
    call(0x16, 0);
    assertThat(waits()).isTrue();
    board.serial(0).receive("aB\n".getBytes(US_ASCII));
    assertThat(call(0x16, 0x0100) & ZERO).isZero();
    assertThat(get(Register.RAX)).isEqualTo(0x1e61);
    call(0x16, 0);
    assertThat(waits()).isFalse();
    assertThat(get(Register.RAX)).isEqualTo(0x1e61);
    call(0x16, 0);
    assertThat(get(Register.RAX)).isEqualTo(0x3042);
    call(0x16, 0);
    assertThat(get(Register.RAX)).as("Enter").isEqualTo(0x1c0d);
  }

  @Test
  void sectorsByCylinderHeadAndSector() {
    cpu.write(SegmentRegister.ES, Segment.real(0x1000));
    set(Register.RBX, 0x10);
    set(Register.RCX, 0x0102);
    set(Register.RDX, 0x0380);
    assertThat(call(0x13, 0x0203) & CARRY).isZero();
    assertThat(get(Register.RAX)).isEqualTo(3);
    int block = (16 + 3) * 63 + 1;
    assertThat(memory.readByte(0x10010)).isEqualTo(block & 0xff);
    assertThat(memory.readByte(0x10010 + 3 * 512 - 1)).isEqualTo(block + 2 & 0xff);
  }

  @Test
  void geometry() {
    set(Register.RDX, 0x80);
    assertThat(call(0x13, 0x0800) & CARRY).isZero();
    assertThat(get(Register.RCX)).as("20 cylinders of 63 sectors").isEqualTo(19 << 8 | 63);
    assertThat(get(Register.RDX)).as("16 heads, 1 drive").isEqualTo(0x0f01);
    set(Register.RDX, 0x80);
    assertThat(call(0x13, 0x1500) & CARRY).isZero();
    assertThat(get(Register.RAX)).isEqualTo(0x0300);
    assertThat(get(Register.RDX)).isEqualTo(20_160);
  }

  @Test
  void sectorsByBlockNumber() {
    set(Register.RDX, 0x80);
    set(Register.RBX, 0x55aa);
    assertThat(call(0x13, 0x4100) & CARRY).isZero();
    assertThat(get(Register.RBX)).isEqualTo(0xaa55);
    memory.writeByte(0x600, 16);
    memory.writeShort(0x602, 2);
    memory.writeShort(0x604, 0x20);
    memory.writeShort(0x606, 0x2000);
    memory.writeLong(0x608, 77);
    set(Register.RSI, 0x600);
    assertThat(call(0x13, 0x4200) & CARRY).isZero();
    assertThat(get(Register.RAX) >> 8).isZero();
    assertThat(memory.readByte(0x20020)).isEqualTo(77);
    assertThat(memory.readByte(0x20020 + 512)).isEqualTo(78);
  }

  @Test
  void writesReachTheDisk() {
    set(Register.RDX, 0x80);
    set(Register.RCX, 1);
    set(Register.RBX, 0x9000);
    memory.writeByte(0x9000, 0x5a);
    assertThat(call(0x13, 0x0301) & CARRY).isZero();
    assertThat(disk.read(0)[0]).isEqualTo((byte) 0x5a);
  }

  @Test
  void diskErrorsAreReported() {
    set(Register.RDX, 0x81);
    assertThat(call(0x13, 0x0201) & CARRY).as("no such drive").isNotZero();
    assertThat(get(Register.RAX) >> 8).isEqualTo(1);
    set(Register.RDX, 0x80);
    set(Register.RCX, 0xff01);
    assertThat(call(0x13, 0x0201) & CARRY).as("beyond the end").isNotZero();
    assertThat(get(Register.RAX) >> 8).isEqualTo(4);
    set(Register.RCX, 1);
    cpu.write(SegmentRegister.ES, Segment.real(0xa000));
    set(Register.RBX, 0);
    assertThat(call(0x13, 0x0201) & CARRY).as("into the video window").isNotZero();
    assertThat(get(Register.RAX) >> 8).isEqualTo(9);
    call(0x13, 0x0100);
    assertThat(get(Register.RAX) >> 8).as("status of the last operation").isEqualTo(9);
  }

  @Test
  void memorySizes() {
    call(0x12, 0);
    assertThat(get(Register.RAX)).isEqualTo(639);
    assertThat(call(0x15, 0x8800) & CARRY).isZero();
    assertThat(get(Register.RAX)).isEqualTo(31 * 1024);
    assertThat(call(0x15, 0xe801) & CARRY).isZero();
    assertThat(get(Register.RAX)).isEqualTo(15 * 1024);
    assertThat(get(Register.RBX)).isEqualTo(16 * 16);
  }

  @Test
  void memoryMapRegionByRegion() {
    set(Register.RBX, 0);
    int regions = 0;
    long ram = 0;
    do {
      set(Register.RDX, 0x534d4150);
      set(Register.RCX, 24);
      set(Register.RDI, 0x500);
      assertThat(call(0x15, 0xe820) & CARRY).isZero();
      assertThat(get(Register.RAX)).isEqualTo(0x534d4150);
      ram += memory.readInt(0x510) == 1 ? memory.readLong(0x508) : 0;
      regions++;
    } while (get(Register.RBX) != 0);
    assertThat(regions).isEqualTo(4);
    assertThat(ram).isEqualTo((31 << 20) + 0x9fc00);
    set(Register.RDX, 0);
    assertThat(call(0x15, 0xe820) & CARRY).as("without the signature").isNotZero();
  }

  @Test
  void waitingTakesGuestTime() {
    set(Register.RCX, 0);
    set(Register.RDX, 1000);
    call(0x15, 0x8600);
    assertThat(waits()).isTrue();
    time.advance(999_999);
    call(0x15, 0x8600);
    assertThat(waits()).isTrue();
    time.advance(1);
    assertThat(call(0x15, 0x8600) & CARRY).isZero();
    assertThat(waits()).isFalse();
  }

  @Test
  void blocksMoveToExtendedMemory() {
    memory.write(0x8000, "move me!".getBytes(US_ASCII));
    memory.writeLong(0x610, 0x00009300_8000ffffL);
    memory.writeLong(0x618, 0x01009320_0000ffffL);
    set(Register.RSI, 0x600);
    set(Register.RCX, 4);
    assertThat(call(0x15, 0x8700) & CARRY).isZero();
    assertThat(memory.read(0x1200000, 8)).isEqualTo("move me!".getBytes(US_ASCII));
  }

  @Test
  void unknownServicesSayUnsupported() {
    assertThat(call(0x15, 0x5300) & CARRY).isNotZero();
    assertThat(get(Register.RAX) >> 8).isEqualTo(0x86);
    assertThat(call(0x15, 0x2401) & CARRY).as("A20 is known").isZero();
  }

  @Test
  void theClockTicksAndTellsTheTime() {
    call(0x1a, 0);
    long noon = get(Register.RCX) << 16 | get(Register.RDX);
    assertThat(noon).isEqualTo(12L * 3600 * 1_193_182 / 65536);
    bus.writePort(0xa8, 1, 0);
    call(0x1a, 0);
    assertThat(get(Register.RDX)).isEqualTo(noon + 1 & 0xffff);
    assertThat(call(0x1a, 0x0200) & CARRY).isZero();
    assertThat(get(Register.RCX)).isEqualTo(0x1200);
    call(0x1a, 0x0400);
    assertThat(get(Register.RCX)).isEqualTo(0x2026);
    assertThat(get(Register.RDX)).isEqualTo(0x0301);
  }

  @Test
  void theTimerInterruptsAtVector8() {
    time.advance(60_000_000);
    assertThat(board.interrupts(0).acknowledge()).isEqualTo(8);
  }

  @Test
  void rebootAndBootFailure() {
    call(0x19, 0);
    assertThat(events.log).containsExactly("reset: INT 19h");
    call(0x18, 0);
    assertThat(waits()).isTrue();
    assertThat(console.toString(US_ASCII)).isEqualTo("No bootable device.\r\n");
  }
}
