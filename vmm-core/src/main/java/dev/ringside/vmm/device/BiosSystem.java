package dev.ringside.vmm.device;

import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;
import java.util.List;

/** INT 11h, 12h, 15h and 1Ah: what is in the machine, how much memory, what time it is. */
final class BiosSystem {
  private static final int SMAP = 0x534d4150;
  private static final int UNSUPPORTED = 0x86;
  private static final int SIXTEEN_MIB = 16 << 20;
  private static final int CONVENTIONAL_KIB = (int) (MemoryRegion.EBDA >> 10);
  private static final int RTC_INDEX = 0;
  private static final int RTC_DATA = 1;

  private final Timeline timeline;
  private final CmosRtc rtc;
  private final List<MemoryRegion> map;

  /** When the wait in progress ends, or -1. */
  private long waitUntil = -1;

  BiosSystem(Timeline timeline, CmosRtc rtc, GuestMemory memory) {
    this.timeline = timeline;
    this.rtc = rtc;
    this.map = MemoryRegion.mapOf(memory);
  }

  /** INT 12h. */
  void conventionalMemory(RealModeCall call) {
    call.word(Register.RAX, CONVENTIONAL_KIB);
  }

  /** INT 15h. */
  void services(RealModeCall call) {
    boolean done =
        switch (call.high(Register.RAX)) {
          case 0x24 -> a20(call);
          case 0x86 -> {
            waitFor(call);
            yield true;
          }
          case 0x87 -> moveBlock(call);
          case 0x88 -> {
            call.word(Register.RAX, (int) Math.min(extendedKib(), 0xffff));
            yield true;
          }
          case 0x90, 0x91 -> {
            call.high(Register.RAX, 0);
            yield true;
          }
          case 0xc1 -> {
            call.segment(SegmentRegister.ES, (int) (MemoryRegion.EBDA >> 4));
            yield true;
          }
          case 0xe8 -> memorySize(call);
          default -> false;
        };
    if (!done) {
      call.high(Register.RAX, UNSUPPORTED);
    }
    call.carry(!done);
  }

  private long extendedKib() {
    return map.stream()
        .filter(r -> r.first() == MemoryRegion.ONE_MIB)
        .mapToLong(r -> r.length() >> 10)
        .sum();
  }

  /** A20 is always open. */
  private static boolean a20(RealModeCall call) {
    switch (call.low(Register.RAX)) {
      case 1 -> call.high(Register.RAX, 0);
      case 2 -> call.word(Register.RAX, 1);
      case 3 -> {
        call.high(Register.RAX, 0);
        call.word(Register.RBX, 3);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** AH = 86h: CX:DX microseconds. */
  private void waitFor(RealModeCall call) {
    if (waitUntil < 0) {
      long micros = (long) call.word(Register.RCX) << 16 | call.word(Register.RDX);
      waitUntil = timeline.now() + micros * 1000;
    }
    boolean over = timeline.now() >= waitUntil;
    if (over) {
      waitUntil = -1;
    }
    call.again(!over);
  }

  /** AH = 87h: CX words between two segments of the descriptor table at ES:SI. */
  private static boolean moveBlock(RealModeCall call) {
    GuestMemory memory = call.memory();
    long table = call.address(SegmentRegister.ES, call.word(Register.RSI));
    if (!memory.isRam(table, 48)) {
      return false;
    }
    long from = base(memory, table + 0x10);
    long to = base(memory, table + 0x18);
    int length = 2 * call.word(Register.RCX);
    if (length > 0 && !(memory.isRam(from, length) && memory.isRam(to, length))) {
      call.high(Register.RAX, 1);
      return false;
    }
    memory.write(to, memory.read(from, length));
    call.high(Register.RAX, 0);
    return true;
  }

  private static long base(GuestMemory memory, long descriptor) {
    return memory.readInt(descriptor + 2) & 0xff_ffffL
        | (long) memory.readByte(descriptor + 7) << 24;
  }

  private boolean memorySize(RealModeCall call) {
    return switch (call.low(Register.RAX)) {
      case 0x01 -> {
        long extended = extendedKib() << 10;
        int below16 = (int) (Math.min(extended, SIXTEEN_MIB - MemoryRegion.ONE_MIB) >> 10);
        int above16 = (int) (Math.max(0, extended + MemoryRegion.ONE_MIB - SIXTEEN_MIB) >> 16);
        call.word(Register.RAX, below16);
        call.word(Register.RCX, below16);
        call.word(Register.RBX, above16);
        call.word(Register.RDX, above16);
        yield true;
      }
      case 0x20 -> e820(call);
      default -> false;
    };
  }

  /** EAX = E820h: one region a call, EBX says which (ACPI 6.5, 15.1). */
  private boolean e820(RealModeCall call) {
    int index = call.dword(Register.RBX);
    long buffer = call.address(SegmentRegister.ES, call.word(Register.RDI));
    if (call.dword(Register.RDX) != SMAP
        || index < 0
        || index >= map.size()
        || call.dword(Register.RCX) < 20
        || !call.memory().isRam(buffer, 20)) {
      return false;
    }
    MemoryRegion region = map.get(index);
    call.memory().writeLong(buffer, region.first());
    call.memory().writeLong(buffer + 8, region.length());
    call.memory().writeInt(buffer + 16, region.type());
    call.dword(Register.RAX, SMAP);
    call.dword(Register.RBX, index + 1 == map.size() ? 0 : index + 1);
    call.dword(Register.RCX, 20);
    return true;
  }

  /** INT 1Ah. */
  void time(RealModeCall call) {
    GuestMemory memory = call.memory();
    switch (call.high(Register.RAX)) {
      case 0x00 -> {
        int ticks = memory.readInt(Bios.TICKS);
        call.word(Register.RCX, ticks >>> 16);
        call.word(Register.RDX, ticks);
        call.low(Register.RAX, memory.readByte(Bios.MIDNIGHT));
        memory.writeByte(Bios.MIDNIGHT, 0);
        call.carry(false);
      }
      case 0x01 -> {
        memory.writeInt(Bios.TICKS, call.word(Register.RCX) << 16 | call.word(Register.RDX));
        call.carry(false);
      }
      case 0x02 -> {
        call.word(Register.RCX, clock(4) << 8 | clock(2));
        call.word(Register.RDX, clock(0) << 8);
        call.carry(false);
      }
      case 0x04 -> {
        call.word(Register.RCX, clock(0x32) << 8 | clock(9));
        call.word(Register.RDX, clock(8) << 8 | clock(7));
        call.carry(false);
      }
      default -> call.carry(true);
    }
  }

  private int clock(int register) {
    rtc.writePort(RTC_INDEX, 1, register);
    return (int) rtc.readPort(RTC_DATA, 1);
  }
}
