package dev.ringside.vmm.device;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.Register;

/**
 * The services that a boot sector expects of a BIOS. Each interrupt's entry in segment F000 is a
 * few instructions that write to a private port and return; what the service does happens here, on
 * the bus, with the vCPU's registers at hand.
 *
 * <p>A service that has to wait (for a key, for time) sets its stub's carry flag: the stub then
 * halts with interrupts on, and asks again after the next one.
 */
final class Bios implements PortDevice {
  /** The BIOS data area's count of timer ticks since midnight, and its midnight flag. */
  static final int TICKS = 0x46c;

  static final int MIDNIGHT = 0x470;

  private static final int SEGMENT = 0xf000;
  private static final long BASE = (long) SEGMENT << 4;

  /** Where the stubs stand in the segment: 16 bytes each, the one of a bare IRET first. */
  private static final int STUBS = 0xe000;

  private static final int RESET_VECTOR = 0xfff0;
  private static final int MODEL = 0xfffe;
  private static final int AT = 0xfc;

  /** The service of interrupt {@code v} listens at port {@code PORTS + v}. */
  private static final int PORTS = 0xa0;

  private static final int FIRST_SERVICE = 0x10;
  private static final int LAST_SERVICE = 0x1a;
  private static final int TIMER = 0x08;

  private static final int TICKS_A_DAY = 0x1800b0;

  private static final int VIDEO = 0x10;
  private static final int EQUIPMENT = 0x11;
  private static final int MEMORY = 0x12;
  private static final int DISK = 0x13;
  private static final int SERIAL = 0x14;
  private static final int SYSTEM = 0x15;
  private static final int KEYBOARD = 0x16;
  private static final int PRINTER = 0x17;
  private static final int BOOT_FAILED = 0x18;
  private static final int REBOOT = 0x19;
  private static final int TIME = 0x1a;

  private final RealModeCall call;
  private final GuestMemory memory;
  private final BiosConsole console;
  private final BiosDisk disk;
  private final BiosSystem system;
  private final BoardEvents events;
  private boolean saidThatBootFailed;

  Bios(
      CpuState cpu,
      GuestMemory memory,
      BiosConsole console,
      BiosDisk disk,
      BiosSystem system,
      BoardEvents events) {
    this.call = new RealModeCall(cpu, memory);
    this.memory = memory;
    this.console = console;
    this.disk = disk;
    this.system = system;
    this.events = events;
  }

  /**
   * Maps the private ports and writes vectors, stubs and data area; sets interrupt controllers and
   * timer going.
   */
  void install(IoBus bus, int serialPorts, long ticks) {
    bus.mapPorts(PORTS + TIMER, 1, 1, "BIOS timer", new Timer());
    bus.mapPorts(PORTS + FIRST_SERVICE, LAST_SERVICE - FIRST_SERVICE + 1, 1, "BIOS services", this);
    for (int vector = 0; vector < 256; vector++) {
      byte[] stub = stub(vector);
      int offset = stub.length == 1 ? STUBS : STUBS + 16 * (vector + 1);
      memory.write(BASE + offset, stub);
      memory.writeShort(4L * vector, offset);
      memory.writeShort(4L * vector + 2, SEGMENT);
    }
    memory.write(BASE + RESET_VECTOR, bytes(0xcd, REBOOT));
    memory.writeByte(BASE + MODEL, AT);
    writeDataArea(serialPorts, ticks);
    startInterrupts(bus);
  }

  private static byte[] stub(int vector) {
    if (vector == TIMER) {
      // out; int 1Ch; push ax; mov al, 20h; out 20h, al; pop ax; iret
      return bytes(0xe6, PORTS + TIMER, 0xcd, 0x1c, 0x50, 0xb0, 0x20, 0xe6, 0x20, 0x58, 0xcf);
    }
    if (vector >= FIRST_SERVICE && vector <= LAST_SERVICE) {
      // again: out; jnc done; sti; hlt; nop; jmp again; done: iret
      return bytes(0xe6, PORTS + vector, 0x73, 5, 0xfb, 0xf4, 0x90, 0xeb, 0xf7, 0xcf);
    }
    if (vector > TIMER && vector < FIRST_SERVICE) {
      return bytes(0x50, 0xb0, 0x20, 0xe6, 0x20, 0x58, 0xcf);
    }
    if (vector >= 0x70 && vector < 0x78) {
      return bytes(0x50, 0xb0, 0x20, 0xe6, 0xa0, 0xe6, 0x20, 0x58, 0xcf);
    }
    return bytes(0xcf);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** What programs read from segment 40h. */
  private void writeDataArea(int serialPorts, long ticks) {
    int[] ports = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
    for (int i = 0; i < serialPorts; i++) {
      memory.writeShort(0x400 + 2L * i, ports[i]);
    }
    memory.writeShort(0x40e, (int) (MemoryRegion.EBDA >> 4));
    memory.writeShort(0x410, 0x0022 | serialPorts << 9);
    memory.writeShort(0x413, (int) (MemoryRegion.EBDA >> 10));
    memory.writeByte(0x449, 3);
    memory.writeShort(0x44a, 80);
    memory.writeShort(0x463, 0x3d4);
    memory.writeInt(TICKS, (int) (ticks % TICKS_A_DAY));
    memory.writeByte(0x475, 1);
    memory.writeByte(0x484, 24);
    memory.writeByte(0x485, 16);
    memory.writeByte(MemoryRegion.EBDA, 1);
  }

  /** Vectors 08h and 70h; timer, keyboard and cascade on; the timer at 18.2 Hz. */
  private static void startInterrupts(IoBus bus) {
    int[][] sequence = {
      {0x20, 0x11}, {0x21, 0x08}, {0x21, 0x04}, {0x21, 0x01}, {0x21, 0xb8},
      {0xa0, 0x11}, {0xa1, 0x70}, {0xa1, 0x02}, {0xa1, 0x01}, {0xa1, 0x8f},
      {0x43, 0x36}, {0x40, 0x00}, {0x40, 0x00}
    };
    for (int[] write : sequence) {
      bus.writePort(write[0], 1, write[1]);
    }
  }

  @Override
  public long readPort(int offset, int size) {
    return 0xff;
  }

  @Override
  public void writePort(int offset, int size, long value) {
    call.again(false);
    switch (FIRST_SERVICE + offset) {
      case VIDEO -> console.video(call);
      case EQUIPMENT -> call.word(Register.RAX, memory.readShort(0x410));
      case MEMORY -> system.conventionalMemory(call);
      case DISK -> disk.call(call);
      // A serial port or printer that does not answer; COM1 is there for who talks to it directly.
      case SERIAL -> call.high(Register.RAX, 0x80);
      case PRINTER -> call.high(Register.RAX, 1);
      case SYSTEM -> system.services(call);
      case KEYBOARD -> console.keyboard(call);
      case BOOT_FAILED -> bootFailed();
      case REBOOT -> events.reset("INT 19h");
      case TIME -> system.time(call);
      default -> throw new IllegalStateException("no BIOS service at offset " + offset);
    }
  }

  private void bootFailed() {
    if (!saidThatBootFailed) {
      saidThatBootFailed = true;
      console.text("No bootable device.\r\n");
    }
    call.again(true);
  }

  /** IRQ 0: one more tick. */
  private final class Timer implements PortDevice {
    @Override
    public long readPort(int offset, int size) {
      return 0xff;
    }

    @Override
    public void writePort(int offset, int size, long value) {
      int ticks = memory.readInt(TICKS) + 1;
      if (ticks >= TICKS_A_DAY) {
        ticks = 0;
        memory.writeByte(MIDNIGHT, 1);
      }
      memory.writeInt(TICKS, ticks);
    }
  }
}
