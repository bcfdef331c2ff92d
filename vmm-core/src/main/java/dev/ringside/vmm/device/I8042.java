package dev.ringside.vmm.device;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The keyboard controller of a PC (IBM PS/2 Hardware Interface Technical Reference, "Keyboard and
 * Auxiliary Device Controller") with nothing attached: it passes its self-test, answers commands at
 * once, says of both ports that no device is there, and resets the machine when its output port
 * tells it to. Data at port 0x60, commands at 0x64.
 */
final class I8042 {
  private static final int OUTPUT_FULL = 1;
  private static final int SYSTEM_FLAG = 4;
  private static final int LAST_WAS_COMMAND = 8;
  private static final int NOT_LOCKED = 0x10;
  private static final int TIMEOUT = 0x40;

  private static final int READ_RAM = 0x20;
  private static final int WRITE_RAM = 0x60;
  private static final int DISABLE_AUX = 0xa7;
  private static final int ENABLE_AUX = 0xa8;
  private static final int TEST_AUX = 0xa9;
  private static final int SELF_TEST = 0xaa;
  private static final int TEST_KEYBOARD = 0xab;
  private static final int DISABLE_KEYBOARD = 0xad;
  private static final int ENABLE_KEYBOARD = 0xae;
  private static final int READ_INPUT_PORT = 0xc0;
  private static final int READ_OUTPUT_PORT = 0xd0;
  private static final int WRITE_OUTPUT_PORT = 0xd1;
  private static final int LOOP_KEYBOARD = 0xd2;
  private static final int LOOP_AUX = 0xd3;
  private static final int WRITE_AUX = 0xd4;
  private static final int A20_OFF = 0xdd;
  private static final int A20_ON = 0xdf;
  private static final int PULSE = 0xf0;

  private static final int SELF_TEST_PASSED = 0x55;

  /**
   * An interface test's answer: the clock line is stuck low, which is how an empty connector looks.
   */
  private static final int CLOCK_STUCK = 1;

  /** What the controller reports, with its timeout bit, when a device does not answer. */
  private static final int RESEND = 0xfe;

  /** Command byte: the keyboard's interrupt, system flag, clocks off, scan-code translation. */
  private static final int INTERRUPT_ENABLE = 1;

  private static final int KEYBOARD_OFF = 0x10;
  private static final int AUX_OFF = 0x20;
  private static final int TRANSLATE = 0x40;

  /** Output port: bit 0 low resets the processor, bit 1 opens A20. */
  private static final int RESET_LINE = 1;

  private static final int A20 = 2;

  private final InterruptLine irq1;
  private final BoardEvents events;
  private final Queue<Integer> output = new ArrayDeque<>();
  private final byte[] ram = new byte[32];
  private int outputPort = RESET_LINE | A20;
  private int pendingCommand;
  private boolean timeout;
  private boolean lastWasCommand;

  I8042(InterruptLine irq1, BoardEvents events) {
    this.irq1 = irq1;
    this.events = events;
    ram[0] = (byte) (SYSTEM_FLAG | KEYBOARD_OFF | AUX_OFF | TRANSLATE);
  }

  /** Port 0x60. */
  PortDevice data() {
    return new PortDevice() {
      @Override
      public long readPort(int offset, int size) {
        Integer value = output.poll();
        timeout = false;
        update();
        return value == null ? 0 : value;
      }

      @Override
      public void writePort(int offset, int size, long value) {
        lastWasCommand = false;
        takeData((int) value & 0xff);
        update();
      }
    };
  }

  /** Port 0x64. */
  PortDevice control() {
    return new PortDevice() {
      @Override
      public long readPort(int offset, int size) {
        return (output.isEmpty() ? 0 : OUTPUT_FULL)
            | ram[0] & SYSTEM_FLAG
            | (lastWasCommand ? LAST_WAS_COMMAND : 0)
            | NOT_LOCKED
            | (timeout ? TIMEOUT : 0);
      }

      @Override
      public void writePort(int offset, int size, long value) {
        lastWasCommand = true;
        takeCommand((int) value & 0xff);
        update();
      }
    };
  }

  private void takeCommand(int command) {
    pendingCommand = 0;
    if (command >= READ_RAM && command < READ_RAM + ram.length) {
      answer(ram[command - READ_RAM] & 0xff);
      return;
    }
    if (command >= WRITE_RAM && command < WRITE_RAM + ram.length) {
      pendingCommand = command;
      return;
    }
    if (command >= PULSE) {
      // A clear bit pulses its line low: bit 0 is the processor's reset.
      if ((command & RESET_LINE) == 0) {
        events.reset("keyboard controller");
      }
      return;
    }
    switch (command) {
      case DISABLE_AUX -> ram[0] |= AUX_OFF;
      case ENABLE_AUX -> ram[0] &= ~AUX_OFF;
      case TEST_AUX, TEST_KEYBOARD -> answer(CLOCK_STUCK);
      case SELF_TEST -> {
        ram[0] |= SYSTEM_FLAG | KEYBOARD_OFF | AUX_OFF;
        answer(SELF_TEST_PASSED);
      }
      case DISABLE_KEYBOARD -> ram[0] |= KEYBOARD_OFF;
      case ENABLE_KEYBOARD -> ram[0] &= ~KEYBOARD_OFF;
      case READ_INPUT_PORT -> answer(0x80);
      case READ_OUTPUT_PORT -> answer(outputPort | (output.isEmpty() ? 0 : 0x10));
      case WRITE_OUTPUT_PORT, LOOP_KEYBOARD, LOOP_AUX, WRITE_AUX -> pendingCommand = command;
      case A20_OFF -> outputPort &= ~A20;
      case A20_ON -> outputPort |= A20;
      default -> {
        // Other commands do nothing, as on the original.
      }
    }
  }

  private void takeData(int value) {
    int command = pendingCommand;
    pendingCommand = 0;
    if (command >= WRITE_RAM && command < WRITE_RAM + ram.length) {
      ram[command - WRITE_RAM] = (byte) value;
      return;
    }
    switch (command) {
      case WRITE_OUTPUT_PORT -> {
        outputPort = value;
        if ((value & RESET_LINE) == 0) {
          events.reset("keyboard controller");
        }
      }
      // Without a second port, its loop command answers like the first one's: not marked as the
      // mouse's.
      case LOOP_KEYBOARD, LOOP_AUX -> answer(value);
      default -> {
        timeout = true;
        answer(RESEND);
      }
    }
  }

  private void answer(int value) {
    output.clear();
    output.add(value);
  }

  private void update() {
    irq1.set(!output.isEmpty() && (ram[0] & INTERRUPT_ENABLE) != 0);
  }
}
