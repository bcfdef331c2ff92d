package dev.ringside.vmm.device;

/**
 * One Intel 8259A interrupt controller (datasheet 231468-003). Every mode of ICW1 to ICW4 and OCW1
 * to OCW3 but the 8080's CALL sequence, which a PC cannot use.
 */
final class Pic8259 implements PortDevice {
  private enum Step {
    READY,
    ICW2,
    ICW3,
    ICW4
  }

  private final InterruptLine output;

  /** The master's input that the slave hangs on, as a mask; 0 in the slave. */
  private final int cascade;

  private int lines;
  private int irr;
  private int isr;
  private int imr = 0xff;
  private int edgeLevel;
  private boolean levelTriggered;
  private int base;
  private Step step = Step.READY;
  private boolean single;
  private boolean needsIcw4;
  private boolean autoEoi;
  private boolean rotateOnAutoEoi;
  private boolean specialFullyNested;
  private boolean specialMask;
  private boolean readIsr;
  private boolean poll;
  private int lowest = 7;

  Pic8259(InterruptLine output, int cascade) {
    this.output = output;
    this.cascade = cascade;
  }

  /**
   * Drives input {@code pin}, 0 to 7. An edge that ends before it is acknowledged leaves no request
   * (page 18).
   */
  void input(int pin, boolean high) {
    int mask = 1 << pin;
    boolean was = (lines & mask) != 0;
    lines = high ? lines | mask : lines & ~mask;
    if (!high) {
      irr &= ~mask;
    } else if (!was || isLevel(mask)) {
      irr |= mask;
    }
    update();
  }

  /**
   * The edge/level control register of the PC chip sets: a set bit makes that input
   * level-triggered.
   */
  void edgeLevel(int mask) {
    edgeLevel = mask;
    irr |= lines & mask;
    update();
  }

  int edgeLevel() {
    return edgeLevel;
  }

  private boolean isLevel(int mask) {
    return levelTriggered || (edgeLevel & mask) != 0;
  }

  /** Whether the chip asks for service: its INT pin. */
  boolean requests() {
    return pending() >= 0;
  }

  /**
   * The cycle INTA INTA: the input served, or 7 when the request has gone ("default IR7", page 18).
   */
  int acknowledge() {
    int pin = pending();
    if (pin < 0) {
      return 7;
    }
    take(pin);
    update();
    return pin;
  }

  /** The vector for an input, from ICW2. */
  int vector(int pin) {
    return base | pin;
  }

  /** INT falls during the cycle, so that a master sees an edge for the next request too. */
  private void take(int pin) {
    output.set(false);
    int mask = 1 << pin;
    if (!isLevel(mask)) {
      irr &= ~mask;
    }
    if (!autoEoi) {
      isr |= mask;
    } else if (rotateOnAutoEoi) {
      lowest = pin;
    }
  }

  /** The input of highest priority that is requested and not blocked, or -1. */
  private int pending() {
    int requests = irr & ~imr;
    if (requests == 0) {
      return -1;
    }
    int blocking = specialMask ? isr & ~imr : isr;
    for (int i = 1; i <= 8; i++) {
      int pin = (lowest + i) & 7;
      int mask = 1 << pin;
      boolean inService = (blocking & mask) != 0;
      if (inService && !(specialFullyNested && mask == cascade)) {
        return -1;
      }
      if ((requests & mask) != 0) {
        return pin;
      }
      if (inService) {
        return -1;
      }
    }
    return -1;
  }

  @Override
  public long readPort(int offset, int size) {
    if (poll) {
      poll = false;
      int pin = pending();
      if (pin < 0) {
        return 0;
      }
      take(pin);
      update();
      return 0x80 | pin;
    }
    if (offset == 1) {
      return imr;
    }
    return readIsr ? isr : irr;
  }

  @Override
  public void writePort(int offset, int size, long wide) {
    int value = (int) wide & 0xff;
    if (offset == 0) {
      if ((value & 0x10) != 0) {
        initialize(value);
      } else if ((value & 8) != 0) {
        operation3(value);
      } else {
        operation2(value);
      }
    } else {
      switch (step) {
        case READY -> imr = value;
        case ICW2 -> {
          base = value & 0xf8;
          step = single ? afterIcw3() : Step.ICW3;
        }
        case ICW3 -> step = afterIcw3();
        case ICW4 -> {
          autoEoi = (value & 2) != 0;
          specialFullyNested = (value & 0x10) != 0;
          step = Step.READY;
        }
      }
    }
    update();
  }

  private Step afterIcw3() {
    return needsIcw4 ? Step.ICW4 : Step.READY;
  }

  private void initialize(int icw1) {
    irr = 0;
    isr = 0;
    imr = 0;
    lowest = 7;
    specialMask = false;
    readIsr = false;
    poll = false;
    autoEoi = false;
    rotateOnAutoEoi = false;
    specialFullyNested = false;
    single = (icw1 & 2) != 0;
    needsIcw4 = (icw1 & 1) != 0;
    levelTriggered = (icw1 & 8) != 0;
    irr = levelTriggered ? lines : lines & edgeLevel;
    step = Step.ICW2;
  }

  private void operation2(int value) {
    int pin = value & 7;
    switch (value >> 5) {
      case 0 -> rotateOnAutoEoi = false;
      case 1 -> endHighest(false);
      case 3 -> isr &= ~(1 << pin);
      case 4 -> rotateOnAutoEoi = true;
      case 5 -> endHighest(true);
      case 6 -> lowest = pin;
      case 7 -> {
        isr &= ~(1 << pin);
        lowest = pin;
      }
      default -> {
        // 2: no operation.
      }
    }
  }

  /** Non-specific EOI; in special mask mode it leaves masked levels alone (page 16). */
  private void endHighest(boolean rotate) {
    int candidates = specialMask ? isr & ~imr : isr;
    for (int i = 1; i <= 8; i++) {
      int pin = (lowest + i) & 7;
      if ((candidates & 1 << pin) != 0) {
        isr &= ~(1 << pin);
        if (rotate) {
          lowest = pin;
        }
        return;
      }
    }
  }

  private void operation3(int value) {
    if ((value & 0x40) != 0) {
      specialMask = (value & 0x20) != 0;
    }
    if ((value & 4) != 0) {
      poll = true;
    } else if ((value & 2) != 0) {
      readIsr = (value & 1) != 0;
    }
  }

  private void update() {
    output.set(requests());
  }
}
