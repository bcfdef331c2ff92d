package dev.ringside.vmm.device;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A serial port: National Semiconductor PC16550D (datasheet of June 1995; section numbers below are
 * its). Transmission takes no time: the holding register and shift register are empty again after
 * each write. Received bytes wait outside the chip until the guest has made room, so a guest never
 * loses input.
 *
 * <p>All calls on the thread that runs the vCPUs.
 */
public final class Uart16550 implements PortDevice {
  /** The crystal of a PC's UART: 115200 baud at divisor 1. */
  private static final ClockRate BAUD_CLOCK = new ClockRate(115_200);

  private static final int FIFO_SIZE = 16;

  // 8.1, table II: registers by offset.
  private static final int DATA = 0;
  private static final int IER = 1;
  private static final int IIR_FCR = 2;
  private static final int LCR = 3;
  private static final int MCR = 4;
  private static final int LSR = 5;
  private static final int MSR = 6;

  // 8.7: interrupt enable bits.
  private static final int IER_RECEIVED = 1;
  private static final int IER_TRANSMIT_EMPTY = 2;
  private static final int IER_LINE_STATUS = 4;
  private static final int IER_MODEM_STATUS = 8;

  // 8.6, table IV: interrupt identification.
  private static final int IIR_NONE = 1;
  private static final int IIR_MODEM_STATUS = 0;
  private static final int IIR_TRANSMIT_EMPTY = 2;
  private static final int IIR_RECEIVED = 4;
  private static final int IIR_LINE_STATUS = 6;
  private static final int IIR_TIMEOUT = 0xc;
  private static final int IIR_FIFOS_ENABLED = 0xc0;

  private static final int LCR_BREAK = 0x40;
  private static final int LCR_DIVISOR = 0x80;

  private static final int MCR_DTR = 1;
  private static final int MCR_RTS = 2;
  private static final int MCR_OUT1 = 4;
  private static final int MCR_OUT2 = 8;
  private static final int MCR_LOOP = 0x10;

  private static final int LSR_DATA_READY = 1;
  private static final int LSR_OVERRUN = 2;
  private static final int LSR_BREAK = 0x10;
  private static final int LSR_ERRORS = 0x1e;
  private static final int LSR_TRANSMITTER_EMPTY = 0x60;

  private static final int MSR_CTS = 0x10;
  private static final int MSR_DSR = 0x20;
  private static final int MSR_RI = 0x40;
  private static final int MSR_DCD = 0x80;

  private final Timeline timeline;
  private final InterruptLine line;
  private final ByteSink sink;

  /** What has arrived from outside and found no room yet. */
  private final Queue<Byte> waiting = new ArrayDeque<>();

  private final Queue<Byte> fifo = new ArrayDeque<>();
  private Timeline.@Nullable Alarm timeoutAlarm;
  private boolean timedOut;
  private int ier;
  private boolean fifosEnabled;
  private int trigger = 1;
  private int lcr;
  private int mcr;
  private int errors;
  private int modemLines = MSR_CTS | MSR_DSR | MSR_DCD;
  private int modemDeltas;
  private int scratch;
  private int divisor = 1;
  private boolean transmitInterrupt;

  Uart16550(Timeline timeline, InterruptLine line, ByteSink sink) {
    this.timeline = timeline;
    this.line = line;
    this.sink = sink;
  }

  /**
   * Bytes from the other end of the cable. They reach the guest in order, as fast as it takes them.
   */
  public void receive(byte[] bytes) {
    for (byte b : bytes) {
      waiting.add(b);
    }
    refill();
    update();
  }

  /** How many received bytes the guest has not read yet. */
  public int unread() {
    return waiting.size() + fifo.size();
  }

  @Override
  public long readPort(int offset, int size) {
    int value =
        switch (offset) {
          case DATA -> (lcr & LCR_DIVISOR) != 0 ? divisor & 0xff : readData();
          case IER -> (lcr & LCR_DIVISOR) != 0 ? divisor >> 8 : ier;
          case IIR_FCR -> readIdentification();
          case LCR -> lcr;
          case MCR -> mcr;
          case LSR -> readLineStatus();
          case MSR -> readModemStatus();
          default -> scratch;
        };
    update();
    return value;
  }

  @Override
  public void writePort(int offset, int size, long wide) {
    int value = (int) wide & 0xff;
    switch (offset) {
      case DATA -> {
        if ((lcr & LCR_DIVISOR) != 0) {
          divisor = divisor & 0xff00 | value;
        } else {
          transmit(value);
        }
      }
      case IER -> {
        if ((lcr & LCR_DIVISOR) != 0) {
          divisor = divisor & 0xff | value << 8;
        } else {
          if ((value & ~ier & IER_TRANSMIT_EMPTY) != 0) {
            transmitInterrupt = true;
          }
          ier = value & 0xf;
        }
      }
      case IIR_FCR -> writeFifoControl(value);
      case LCR -> writeLineControl(value);
      case MCR -> {
        mcr = value & 0x1f;
        changeModemLines();
        refill();
      }
      case LSR, MSR -> {
        // 8.4, 8.8: writes are for factory tests; the guest's have no effect.
      }
      default -> scratch = value;
    }
    update();
  }

  private void transmit(int value) {
    if ((mcr & MCR_LOOP) != 0) {
      loopBack(value);
    } else {
      sink.write(value);
    }
    transmitInterrupt = true;
  }

  private void loopBack(int value) {
    if (fifo.size() < capacity()) {
      arrive((byte) value);
    } else {
      errors |= LSR_OVERRUN;
      if (!fifosEnabled) {
        fifo.clear();
        arrive((byte) value);
      }
    }
  }

  private int readData() {
    Byte value = fifo.poll();
    timedOut = false;
    refill();
    restartTimeout();
    return value == null ? 0 : value & 0xff;
  }

  private int readIdentification() {
    int cause = cause();
    if (cause == IIR_TRANSMIT_EMPTY) {
      transmitInterrupt = false;
    }
    return cause | (fifosEnabled ? IIR_FIFOS_ENABLED : 0);
  }

  private int readLineStatus() {
    int value = errors | LSR_TRANSMITTER_EMPTY | (fifo.isEmpty() ? 0 : LSR_DATA_READY);
    errors = 0;
    return value;
  }

  private int readModemStatus() {
    int value = modemLines | modemDeltas;
    modemDeltas = 0;
    return value;
  }

  /** 8.5: FIFO control. Changing the enable bit empties both FIFOs. */
  private void writeFifoControl(int value) {
    boolean enable = (value & 1) != 0;
    if (enable != fifosEnabled || enable && (value & 2) != 0) {
      fifo.clear();
      timedOut = false;
    }
    if (enable && (value & 4) != 0) {
      transmitInterrupt = true;
    }
    fifosEnabled = enable;
    trigger =
        switch (enable ? value >> 6 : 0) {
          case 1 -> 4;
          case 2 -> 8;
          case 3 -> 14;
          default -> 1;
        };
    refill();
    restartTimeout();
  }

  /** 8.2: in loopback mode a break that the chip sends is one that it receives. */
  private void writeLineControl(int value) {
    if ((value & ~lcr & LCR_BREAK) != 0 && (mcr & MCR_LOOP) != 0) {
      errors |= LSR_BREAK;
      arrive((byte) 0);
    }
    lcr = value;
  }

  /**
   * 8.8: loopback connects the modem outputs to the inputs; otherwise a peer is always there and
   * ready.
   */
  private void changeModemLines() {
    int now = MSR_CTS | MSR_DSR | MSR_DCD;
    if ((mcr & MCR_LOOP) != 0) {
      now =
          ((mcr & MCR_RTS) != 0 ? MSR_CTS : 0)
              | ((mcr & MCR_DTR) != 0 ? MSR_DSR : 0)
              | ((mcr & MCR_OUT1) != 0 ? MSR_RI : 0)
              | ((mcr & MCR_OUT2) != 0 ? MSR_DCD : 0);
    }
    int changed = now ^ modemLines;
    int ringEnded = modemLines & ~now & MSR_RI;
    modemDeltas |= (changed & (MSR_CTS | MSR_DSR | MSR_DCD) | ringEnded) >> 4;
    modemLines = now;
  }

  private int capacity() {
    return fifosEnabled ? FIFO_SIZE : 1;
  }

  private void refill() {
    if ((mcr & MCR_LOOP) != 0) {
      return;
    }
    while (fifo.size() < capacity()) {
      Byte next = waiting.poll();
      if (next == null) {
        return;
      }
      arrive(next);
    }
  }

  private void arrive(byte value) {
    fifo.add(value);
    restartTimeout();
  }

  /**
   * 8.6.1: data below the trigger level raises an interrupt after four character times without
   * traffic.
   */
  private void restartTimeout() {
    Timeline.Alarm old = timeoutAlarm;
    if (old != null) {
      old.cancel();
      timeoutAlarm = null;
    }
    if (fifosEnabled && !fifo.isEmpty() && fifo.size() < trigger && !timedOut) {
      long bits = 4L * 10 * Math.max(divisor, 1);
      timeoutAlarm =
          timeline.schedule(
              timeline.now() + BAUD_CLOCK.timeOf(bits),
              () -> {
                timedOut = true;
                update();
              });
    }
  }

  /** The pending interrupt of highest priority, in the form of IIR bits 3:0. */
  private int cause() {
    if ((ier & IER_LINE_STATUS) != 0 && (errors & LSR_ERRORS) != 0) {
      return IIR_LINE_STATUS;
    }
    if ((ier & IER_RECEIVED) != 0 && fifo.size() >= trigger) {
      return IIR_RECEIVED;
    }
    if ((ier & IER_RECEIVED) != 0 && timedOut && !fifo.isEmpty()) {
      return IIR_TIMEOUT;
    }
    if ((ier & IER_TRANSMIT_EMPTY) != 0 && transmitInterrupt) {
      return IIR_TRANSMIT_EMPTY;
    }
    if ((ier & IER_MODEM_STATUS) != 0 && modemDeltas != 0) {
      return IIR_MODEM_STATUS;
    }
    return IIR_NONE;
  }

  /** A PC gates the chip's interrupt output with OUT2; in loopback OUT2 is inactive at the pin. */
  private void update() {
    line.set(cause() != IIR_NONE && (mcr & (MCR_OUT2 | MCR_LOOP)) == MCR_OUT2);
  }
}
