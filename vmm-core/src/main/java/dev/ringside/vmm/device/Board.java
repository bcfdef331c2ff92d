package dev.ringside.vmm.device;

import java.util.ArrayList;
import java.util.List;

/**
 * The small PC that unmodified kernels boot on: makes every device and wires them to one bus. A
 * machine that is reset makes a new board on a new bus, after {@link #unplug} of the old one.
 *
 * <p>Not thread-safe: everything happens on the thread that runs the vCPUs.
 */
public final class Board {
  private static final int[] SERIAL_PORTS = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
  private static final int[] SERIAL_IRQS = {4, 3, 4, 3};

  private final BoardTimeline timeline;
  private final BoardEvents events;
  private final PicPair pics;
  private final WiredOr[] irqs = new WiredOr[16];
  private final List<Uart16550> serial = new ArrayList<>();

  /** Makes the devices and maps them onto the bus. */
  public Board(IoBus bus, Timeline time, BoardEvents events, BoardConfiguration configuration) {
    this.timeline = new BoardTimeline(time);
    this.events = events;
    this.pics = new PicPair(high -> events.interruptChanged());
    for (int i = 0; i < irqs.length; i++) {
      int number = i;
      irqs[i] = new WiredOr(high -> pics.irq(number, high));
    }
    bus.mapPorts(0x20, 2, 1, "PIC 1", pics.master());
    bus.mapPorts(0xa0, 2, 1, "PIC 2", pics.slave());
    bus.mapPorts(0x4d0, 2, 1, "ELCR", pics);
    Pit8254 pit = new Pit8254(timeline, irq(0));
    bus.mapPorts(0x40, 4, 1, "PIT", pit);
    bus.mapPorts(0x61, 1, 1, "control port B", pit.controlPortB());
    for (int i = 0; i < configuration.serial().size(); i++) {
      Uart16550 uart = new Uart16550(timeline, irq(SERIAL_IRQS[i]), configuration.serial().get(i));
      serial.add(uart);
      bus.mapPorts(SERIAL_PORTS[i], 8, 1, "COM" + (i + 1), uart);
    }
    bus.mapPorts(0xe9, 1, 1, "debug console", new DebugConsole(configuration.debugConsole()));
    bus.mapPorts(0xf4, 4, 4, "isa-debug-exit", new IsaDebugExit(events));
    bus.mapPorts(
        AcpiPower.BASE,
        AcpiPower.LENGTH,
        4,
        "ACPI",
        new AcpiPower(timeline, irq(AcpiPower.SCI), events));
  }

  /** One more source on an ISA interrupt, 0 to 15. */
  InterruptLine irq(int number) {
    return irqs[number].input();
  }

  /** What asks a vCPU for interrupts. */
  public InterruptSource interrupts(int vcpu) {
    return new InterruptSource() {
      @Override
      public boolean hasInterrupt() {
        return vcpu == 0 && pics.requests();
      }

      @Override
      public int acknowledge() {
        int vector = pics.acknowledge();
        events.interruptChanged();
        return vector;
      }

      @Override
      public boolean takeNmi() {
        return false;
      }
    };
  }

  /** A serial port by number: 0 is COM1. Feed it input through {@link Uart16550#receive}. */
  public Uart16550 serial(int number) {
    return serial.get(number);
  }

  /** Ends the board: none of its alarms runs any more. */
  public void unplug() {
    timeline.stop();
  }
}
