package dev.ringside.vmm.device;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.memory.GuestMemory;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * The small PC that unmodified kernels boot on: makes every device and wires them to one bus. A
 * machine that is reset makes a new board on a new bus, after {@link #unplug} of the old one.
 *
 * <p>Not thread-safe: everything happens on the thread that runs the vCPUs.
 */
public final class Board {
  private static final int ISA_IRQS = 16;

  /** The timer's interrupt arrives at this pin of the I/O APIC, as on every PC. */
  private static final int TIMER_PIN = 2;

  /** A BIOS lets the timer count down from 65536. */
  private static final int PIT_FULL_COUNT = 0x10000;

  private static final int[] SERIAL_PORTS = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
  private static final int[] SERIAL_IRQS = {4, 3, 4, 3};

  private final IoBus bus;
  private final BoardConfiguration configuration;
  private final BoardTimeline timeline;
  private final BoardEvents events;
  private final PicPair pics;
  private final IoApic ioApic;
  private final List<LocalApic> localApics = new ArrayList<>();
  private final WiredOr[] irqs = new WiredOr[ISA_IRQS];
  private final List<Uart16550> serial = new ArrayList<>();
  private final CmosRtc rtc;
  private boolean intr;
  private int current;

  /** Makes the devices and maps them onto the bus. */
  public Board(IoBus bus, Timeline time, BoardEvents events, BoardConfiguration configuration) {
    this.bus = bus;
    this.configuration = configuration;
    this.timeline = new BoardTimeline(time);
    this.events = events;
    ApicBus apics = new ApicBus();
    ClockRate tsc = new ClockRate(configuration.tscHertz());
    for (int i = 0; i < configuration.vcpus(); i++) {
      LocalApic apic = new LocalApic(i, apics, timeline, tsc, events);
      localApics.add(apic);
      apics.add(apic);
    }
    ioApic = new IoApic(apics);
    apics.add(ioApic);
    pics = new PicPair(this::picOutput);
    for (int i = 0; i < ISA_IRQS; i++) {
      int number = i;
      irqs[i] = new WiredOr(high -> drive(number, high));
    }
    rtc = new CmosRtc(timeline, irq(8), configuration.powerOn().getEpochSecond());
    storeMemorySize();
    mapInterruptControllers();
    mapTimers();
    mapSerialPorts();
    mapSystemPorts();
  }

  private void mapInterruptControllers() {
    bus.mapPorts(0x20, 2, 1, "PIC 1", pics.master());
    bus.mapPorts(0xa0, 2, 1, "PIC 2", pics.slave());
    bus.mapPorts(0x4d0, 2, 1, "ELCR", pics);
    bus.mapMemory(IoApic.ADDRESS, IoApic.LENGTH, "I/O APIC", ioApic);
    bus.mapMemory(
        LocalApic.ADDRESS,
        LocalApic.LENGTH,
        "local APIC",
        new MemoryDevice() {
          @Override
          public long readMemory(long offset, int size) {
            return localApics.get(current).readMemory(offset, size);
          }

          @Override
          public void writeMemory(long offset, int size, long value) {
            localApics.get(current).writeMemory(offset, size, value);
          }
        });
  }

  private void mapTimers() {
    Pit8254 pit = new Pit8254(timeline, irq(0));
    bus.mapPorts(0x40, 4, 1, "PIT", pit);
    bus.mapPorts(0x61, 1, 1, "control port B", pit.controlPortB());
    bus.mapPorts(0x70, 2, 1, "CMOS RTC", rtc);
  }

  private void mapSerialPorts() {
    for (int i = 0; i < configuration.serial().size(); i++) {
      Uart16550 uart = new Uart16550(timeline, irq(SERIAL_IRQS[i]), configuration.serial().get(i));
      serial.add(uart);
      bus.mapPorts(SERIAL_PORTS[i], 8, 1, "COM" + (i + 1), uart);
    }
  }

  private void mapSystemPorts() {
    I8042 keyboard = new I8042(irq(1), events);
    bus.mapPorts(0x60, 1, 1, "i8042 data", keyboard.data());
    bus.mapPorts(0x64, 1, 1, "i8042 control", keyboard.control());
    bus.mapPorts(0x80, 16, 1, "DMA page registers", new PageRegisters());
    PortResets resets = new PortResets(events);
    bus.mapPorts(0x92, 1, 1, "control port A", resets.controlPortA());
    bus.mapPorts(PortResets.BASE, 4, 4, "reset control", resets);
    bus.mapPorts(0xe9, 1, 1, "debug console", new DebugConsole(configuration.debugConsole()));
    bus.mapPorts(0xf4, 4, 4, "isa-debug-exit", new IsaDebugExit(events));
    AcpiPower acpi = new AcpiPower(timeline, irq(AcpiPower.SCI), events);
    bus.mapPorts(AcpiPower.BASE, AcpiPower.LENGTH, 4, "ACPI", acpi);
  }

  /** What a BIOS leaves in the CMOS about memory, as QEMU's and Bochs's do. */
  private void storeMemorySize() {
    long above1 = Math.clamp((configuration.lowMemory() >> 10) - 1024, 0, 0xffff);
    long above16 = Math.clamp((configuration.lowMemory() >> 16) - 256, 0, 0xffff);
    long above4g = configuration.highMemory() >> 16;
    storeWord(0x15, 640);
    storeWord(0x17, above1);
    storeWord(0x30, above1);
    storeWord(0x34, above16);
    storeWord(0x5b, above4g);
    rtc.store(0x5d, (int) (above4g >> 16));
    rtc.store(0x5f, configuration.vcpus() - 1);
    rtc.store(0x32, 0x20);
  }

  private void storeWord(int address, long value) {
    rtc.store(address, (int) value);
    rtc.store(address + 1, (int) (value >> 8));
  }

  private void drive(int irq, boolean high) {
    pics.irq(irq, high);
    ioApic.pin(irq == 0 ? TIMER_PIN : irq, high);
  }

  private void picOutput(boolean high) {
    intr = high;
    for (LocalApic apic : localApics) {
      apic.pin(0, high);
    }
  }

  /** One more source on an ISA interrupt, 0 to 15 without 2. */
  InterruptLine irq(int number) {
    return irqs[number].input();
  }

  /** What asks a vCPU for interrupts. */
  public InterruptSource interrupts(int vcpu) {
    LocalApic apic = localApics.get(vcpu);
    return new InterruptSource() {
      @Override
      public boolean hasInterrupt() {
        return apic.passesPicRequest(intr) || apic.hasInterrupt();
      }

      @Override
      public int acknowledge() {
        int vector;
        if (apic.passesPicRequest(intr)) {
          apic.picAcknowledged();
          vector = pics.acknowledge();
        } else {
          vector = apic.acknowledge();
        }
        events.interruptChanged();
        return vector;
      }

      @Override
      public boolean takeNmi() {
        return !rtc.masksNmi() && apic.takeNmi();
      }
    };
  }

  /** A vCPU's local APIC: CR8, IA32_APIC_BASE, IA32_TSC_DEADLINE and the x2APIC MSRs. */
  public LocalApic localApic(int vcpu) {
    return localApics.get(vcpu);
  }

  /**
   * Says whose local APIC answers on the bus; the machine calls it when it switches to another
   * vCPU.
   */
  public void selectVcpu(int vcpu) {
    current = vcpu;
  }

  /** Raises the NMI line, as a server's button does. */
  public void nmi() {
    for (LocalApic apic : localApics) {
      apic.pin(1, true);
      apic.pin(1, false);
    }
  }

  /** A serial port by number: 0 is COM1. Feed it input through {@link Uart16550#receive}. */
  public Uart16550 serial(int number) {
    return serial.get(number);
  }

  /**
   * Writes the ACPI and MP tables into the BIOS's area of guest memory, 0xF0000 to 0xFFFFF.
   *
   * @return the guest-physical address of the ACPI root pointer
   */
  public long writeTables(GuestMemory memory) {
    MpTable.write(memory, configuration.vcpus());
    return AcpiTables.write(memory, configuration.vcpus(), serial.size());
  }

  /**
   * Gives the guest a BIOS's interrupt services on its boot disk, with the console on COM1. Call
   * after the boot sector is in place and before the vCPU runs; needs the board to have a COM1.
   */
  public void startBios(GuestMemory memory, CpuState cpu, BootDisk disk) {
    LocalTime start = LocalTime.ofInstant(configuration.powerOn(), ZoneOffset.UTC);
    Bios bios =
        new Bios(
            cpu,
            memory,
            new BiosConsole(configuration.serial().getFirst(), serial.getFirst()),
            new BiosDisk(disk),
            new BiosSystem(timeline, rtc, memory),
            events);
    bios.install(
        bus, serial.size(), start.toSecondOfDay() * Pit8254.CLOCK.hertz() / PIT_FULL_COUNT);
  }

  /** Ends the board: none of its alarms runs any more. */
  public void unplug() {
    timeline.stop();
  }
}
