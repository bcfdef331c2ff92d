package dev.ringside.vmm.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * A vCPU's local APIC (SDM vol. 3A, chapter 11): the xAPIC registers at 0xFEE00000, the same as
 * MSRs 0x800 to 0x8FF in x2APIC mode. After reset it is as a BIOS leaves it: enabled, LINT0 of the
 * bootstrap processor passing the 8259s' interrupts through (virtual wire mode), LINT1 taking NMIs.
 *
 * <p>All calls on the thread that runs the vCPUs.
 */
public final class LocalApic implements MemoryDevice {
  /**
   * Where the registers stand. IA32_APIC_BASE keeps an address that the guest writes, but they do
   * not move.
   */
  static final long ADDRESS = 0xFEE0_0000L;

  static final long LENGTH = 0x1000;

  // 11.4.1, table 11-1: register offsets divided by 16, which are the x2APIC MSRs less 0x800.
  private static final int ID = 0x02;
  private static final int VERSION = 0x03;
  private static final int TPR = 0x08;
  private static final int APR = 0x09;
  private static final int PPR = 0x0a;
  private static final int EOI = 0x0b;
  private static final int LDR = 0x0d;
  private static final int DFR = 0x0e;
  private static final int SVR = 0x0f;
  private static final int ISR = 0x10;
  private static final int TMR = 0x18;
  private static final int IRR = 0x20;
  private static final int ESR = 0x28;
  private static final int ICR_LOW = 0x30;
  private static final int ICR_HIGH = 0x31;
  private static final int LVT_TIMER = 0x32;
  private static final int LVT_THERMAL = 0x33;
  private static final int LVT_LINT0 = 0x35;
  private static final int LVT_LINT1 = 0x36;
  private static final int LVT_ERROR = 0x37;
  private static final int INITIAL_COUNT = 0x38;
  private static final int CURRENT_COUNT = 0x39;
  private static final int DIVIDE = 0x3e;
  private static final int SELF_IPI = 0x3f;

  /** Version 0x14, six vector table entries. */
  private static final int VERSION_VALUE = 0x0005_0014;

  private static final int MASKED = 1 << 16;
  private static final int LEVEL = 1 << 15;
  private static final int REMOTE_IRR = 1 << 14;
  private static final int SVR_ENABLE = 1 << 8;

  /** Bits that the guest can set in each vector table entry, timer to error. */
  private static final int[] LVT_BITS = {0x700ff, 0x107ff, 0x107ff, 0x1a7ff, 0x1a7ff, 0x100ff};

  // 11.5.3: error status.
  private static final int ERROR_SEND_VECTOR = 1 << 5;
  private static final int ERROR_RECEIVE_VECTOR = 1 << 6;
  private static final int ERROR_REGISTER = 1 << 7;

  // 11.4.4: IA32_APIC_BASE.
  private static final long BASE_BSP = 1 << 8;
  private static final long BASE_X2APIC = 1 << 10;
  private static final long BASE_ENABLE = 1 << 11;
  private static final long BASE_ADDRESS = 0xF_FFFF_F000L;

  private final int id;
  private final ApicBus bus;
  private final BoardEvents events;
  private final ApicTimer timer;
  private final VectorSet inService = new VectorSet();
  private final VectorSet triggerMode = new VectorSet();
  private final VectorSet requested = new VectorSet();
  private final int[] lvt = new int[6];
  private final boolean[] pins = new boolean[2];
  private long base;
  private int tpr;
  private int ldr;
  private int dfr;
  private int svr;
  private int errors;
  private int latchedErrors;
  private int icrLow;
  private int icrHigh;
  private boolean nmi;

  /** An ExtINT message from an I/O APIC waits for its acknowledge cycle. */
  private boolean extInt;

  LocalApic(int id, ApicBus bus, Timeline timeline, ClockRate tsc, BoardEvents events) {
    this.id = id;
    this.bus = bus;
    this.events = events;
    this.timer = new ApicTimer(timeline, tsc, this::timerExpired);
    base = ADDRESS | BASE_ENABLE | (id == 0 ? BASE_BSP : 0);
    reset();
    svr = SVR_ENABLE | 0xff;
    lvt[LVT_LINT0 - LVT_TIMER] = DeliveryMode.EXTINT.ordinal() << 8 | (id == 0 ? 0 : MASKED);
    lvt[LVT_LINT1 - LVT_TIMER] = DeliveryMode.NMI.ordinal() << 8;
  }

  /** 11.4.7.1: the state after power-up or INIT. The ID and IA32_APIC_BASE stay. */
  private void reset() {
    inService.clear();
    triggerMode.clear();
    requested.clear();
    Arrays.fill(lvt, MASKED);
    tpr = 0;
    ldr = 0;
    dfr = -1;
    svr = 0xff;
    errors = 0;
    latchedErrors = 0;
    icrLow = 0;
    icrHigh = 0;
    nmi = false;
    extInt = false;
    timer.reset();
  }

  // ---- What the vCPU sees ----

  /** CR8: the task priority's class, 0 to 15. */
  public long cr8() {
    return tpr >> 4;
  }

  /** Sets the task priority's class, 0 to 15. */
  public void cr8(long value) {
    taskPriority((int) (value & 0xf) << 4);
  }

  /** IA32_APIC_BASE. */
  public long base() {
    return base;
  }

  /**
   * Writes IA32_APIC_BASE (11.4.4, 11.12.5).
   *
   * @param x2apic whether CPUID reports x2APIC
   * @return false if that is a general-protection fault
   */
  public boolean base(long value, boolean x2apic) {
    long modes = BASE_ENABLE | BASE_X2APIC;
    long allowed = BASE_ADDRESS | BASE_BSP | BASE_ENABLE | (x2apic ? BASE_X2APIC : 0);
    long from = base & modes;
    long to = value & modes;
    boolean illegal =
        to == BASE_X2APIC || from == modes && to == BASE_ENABLE || from == 0 && to == modes;
    if ((value & ~allowed) != 0 || illegal) {
      return false;
    }
    base = value;
    if (to == 0 && from != 0) {
      reset();
    }
    events.interruptChanged();
    return true;
  }

  /** Whether the guest has switched to x2APIC mode, in which MSRs 0x800 to 0x8FF exist. */
  public boolean isX2apic() {
    return (base & BASE_X2APIC) != 0;
  }

  /** Whether IA32_APIC_BASE enables the APIC; CPUID.01H:EDX[9] shows it. */
  public boolean isEnabled() {
    return (base & BASE_ENABLE) != 0;
  }

  /**
   * RDMSR of 0x800 to 0x8FF in x2APIC mode.
   *
   * @return empty if that is a general-protection fault
   */
  public OptionalLong readMsr(int index) {
    int register = index - 0x800;
    if (!isX2apic() || !isReadable(register) || register == ICR_HIGH || register == DFR) {
      return OptionalLong.empty();
    }
    return switch (register) {
      case ID -> OptionalLong.of(id);
      case LDR -> OptionalLong.of((id & ~0xfL) << 12 | 1L << (id & 0xf));
      case ICR_LOW -> OptionalLong.of(icrLow & 0xffff_ffffL | (long) icrHigh << 32);
      default -> OptionalLong.of(read(register) & 0xffff_ffffL);
    };
  }

  /**
   * WRMSR of 0x800 to 0x8FF in x2APIC mode.
   *
   * @return false if that is a general-protection fault
   */
  public boolean writeMsr(int index, long value) {
    int register = index - 0x800;
    if (!isX2apic() || register != ICR_LOW && value >>> 32 != 0) {
      return false;
    }
    switch (register) {
      case TPR, SVR, LVT_TIMER, LVT_THERMAL, LVT_THERMAL + 1, LVT_LINT0, LVT_LINT1, LVT_ERROR -> {}
      case INITIAL_COUNT, DIVIDE -> {}
      case EOI, ESR -> {
        if (value != 0) {
          return false;
        }
      }
      case ICR_LOW -> icrHigh = (int) (value >>> 32);
      case SELF_IPI -> {
        receive(DeliveryMode.FIXED, (int) value & 0xff, false);
        return true;
      }
      default -> {
        return false;
      }
    }
    write(register, (int) value);
    return true;
  }

  /** IA32_TSC_DEADLINE: 0 when nothing is armed. */
  public long tscDeadline() {
    return timer.deadline();
  }

  /**
   * Writes IA32_TSC_DEADLINE; ignored unless the timer is in TSC-deadline mode.
   *
   * @param deadline the TSC value at which to interrupt, 0 to disarm
   * @param tsc what the guest's TSC shows now
   */
  public void tscDeadline(long deadline, long tsc) {
    timer.deadline(deadline, tsc);
  }

  /** Whether an interrupt of this APIC's own waits that its priorities let through. */
  boolean hasInterrupt() {
    int vector = requested.highest();
    return vector >= 0 && isEnabled() && vector >> 4 > processorPriority() >> 4;
  }

  /**
   * The acknowledge cycle for {@link #hasInterrupt}; the spurious vector if the request has gone.
   */
  int acknowledge() {
    if (!hasInterrupt()) {
      return svr & 0xff;
    }
    int vector = requested.highest();
    requested.remove(vector);
    inService.add(vector);
    return vector;
  }

  /** Whether the 8259s' request reaches this vCPU, given the level of their output. */
  boolean passesPicRequest(boolean intr) {
    int lint0 = lvt[LVT_LINT0 - LVT_TIMER];
    return intr
        && (!isEnabled()
            || extInt
            || (lint0 & MASKED) == 0 && DeliveryMode.of(lint0) == DeliveryMode.EXTINT);
  }

  /** The 8259s have been acknowledged. */
  void picAcknowledged() {
    extInt = false;
  }

  boolean takeNmi() {
    boolean taken = nmi;
    nmi = false;
    return taken;
  }

  // ---- What the bus and the pins see ----

  boolean isSoftwareEnabled() {
    return isEnabled() && (svr & SVR_ENABLE) != 0;
  }

  /** PPR (11.8.3.1). */
  int processorPriority() {
    int vector = Math.max(0, inService.highest());
    return tpr >> 4 >= vector >> 4 ? tpr : vector & 0xf0;
  }

  /** Whether a message's destination means this APIC (11.6.2). */
  boolean isAddressedBy(int destination, boolean logical) {
    if (!isEnabled()) {
      return false;
    }
    if (isX2apic()) {
      if (!logical) {
        return destination == id || destination == -1;
      }
      return destination >>> 16 == id >> 4 && (destination & 1 << (id & 0xf)) != 0;
    }
    int target = destination & 0xff;
    if (!logical) {
      return target == id || target == 0xff;
    }
    int mine = ldr >>> 24;
    if (dfr >>> 28 == 0xf) {
      return (target & mine) != 0;
    }
    return (target >> 4 == mine >> 4 || target >> 4 == 0xf) && (target & mine & 0xf) != 0;
  }

  /** A message for this APIC. */
  void receive(DeliveryMode mode, int vector, boolean level) {
    switch (mode) {
      case FIXED, LOWEST_PRIORITY -> request(vector, level);
      case NMI -> nmi = true;
      case INIT -> {
        reset();
        events.initProcessor(id);
      }
      case STARTUP -> events.startProcessor(id, vector);
      case EXTINT -> extInt = true;
      case SMI, RESERVED -> {
        // There is no system management mode; its interrupts have nowhere to go.
      }
    }
    events.interruptChanged();
  }

  private void request(int vector, boolean level) {
    if (!isSoftwareEnabled()) {
      return;
    }
    if (vector < 16) {
      raiseError(ERROR_RECEIVE_VECTOR);
      return;
    }
    requested.add(vector);
    if (level) {
      triggerMode.add(vector);
    } else {
      triggerMode.remove(vector);
    }
    events.interruptChanged();
  }

  /** Drives LINT0 or LINT1. */
  void pin(int number, boolean high) {
    boolean was = pins[number];
    pins[number] = high;
    int index = LVT_LINT0 - LVT_TIMER + number;
    int entry = lvt[index];
    if (!isEnabled() || (entry & MASKED) != 0 || DeliveryMode.of(entry) == DeliveryMode.EXTINT) {
      events.interruptChanged();
    } else if ((entry & LEVEL) == 0 || DeliveryMode.of(entry) != DeliveryMode.FIXED) {
      if (high && !was) {
        receive(DeliveryMode.of(entry), entry & 0xff, false);
      }
    } else if (high && (entry & REMOTE_IRR) == 0) {
      lvt[index] |= REMOTE_IRR;
      request(entry & 0xff, true);
    }
  }

  private void timerExpired() {
    local(LVT_TIMER);
  }

  private void local(int register) {
    int entry = lvt[register - LVT_TIMER];
    if ((entry & MASKED) == 0) {
      request(entry & 0xff, false);
    }
  }

  private void raiseError(int bit) {
    boolean first = (errors & bit) == 0;
    errors |= bit;
    // An error vector below 16 is itself an error: it must not recurse.
    if (first && (lvt[LVT_ERROR - LVT_TIMER] & 0xf0) != 0) {
      local(LVT_ERROR);
    }
  }

  // ---- What a debugger sees ----

  /** All of it at this moment; reading changes nothing, and no error is raised. */
  public ApicState state() {
    List<ApicState.Register> registers = new ArrayList<>();
    for (int register = 0; register <= SELF_IPI; register++) {
      if (isReadable(register)) {
        registers.add(new ApicState.Register(register << 4, read(register)));
      }
    }
    return new ApicState(id, base, registers, requested.vectors(), inService.vectors());
  }

  // ---- Registers ----

  @Override
  public long readMemory(long offset, int size) {
    int register = (int) (offset >> 4);
    int inRegister = (int) offset & 0xf;
    if (inRegister >= 4 || !isEnabled() || isX2apic()) {
      return isEnabled() && !isX2apic() ? 0 : -1L >>> (64 - 8 * size);
    }
    if (!isReadable(register)) {
      raiseError(ERROR_REGISTER);
      return 0;
    }
    return (read(register) & 0xffff_ffffL) >>> (8 * inRegister);
  }

  @Override
  public void writeMemory(long offset, int size, long value) {
    if ((offset & 0xf) == 0 && size >= 4 && isEnabled() && !isX2apic()) {
      write((int) (offset >> 4), (int) value);
    }
  }

  private static boolean isReadable(int register) {
    return switch (register) {
      case ID, VERSION, TPR, APR, PPR, EOI, LDR, DFR, SVR, ESR, DIVIDE -> true;
      default ->
          register >= ISR && register < ESR || register >= ICR_LOW && register <= CURRENT_COUNT;
    };
  }

  private int read(int register) {
    return switch (register) {
      case ID -> id << 24;
      case VERSION -> VERSION_VALUE;
      case TPR -> tpr;
      case PPR -> processorPriority();
      case LDR -> ldr;
      case DFR -> dfr;
      case SVR -> svr;
      case ESR -> latchedErrors;
      case ICR_LOW -> icrLow;
      case ICR_HIGH -> icrHigh;
      case INITIAL_COUNT -> (int) timer.initialCount();
      case CURRENT_COUNT -> (int) timer.currentCount();
      case DIVIDE -> timer.divide();
      default -> {
        if (register >= LVT_TIMER && register <= LVT_ERROR) {
          yield lvt[register - LVT_TIMER];
        }
        if (register < ISR || register >= ESR) {
          yield 0;
        }
        VectorSet set = register < TMR ? inService : register < IRR ? triggerMode : requested;
        yield set.word(register & 7);
      }
    };
  }

  private void write(int register, int value) {
    switch (register) {
      case TPR -> taskPriority(value & 0xff);
      case EOI -> endOfInterrupt();
      case LDR -> ldr = value & 0xff00_0000;
      case DFR -> dfr = value | 0x0fff_ffff;
      case SVR -> spuriousVector(value);
      case ESR -> {
        latchedErrors = errors;
        errors = 0;
      }
      case ICR_LOW -> {
        icrLow = value & 0xc_cfff;
        sendIpi();
      }
      case ICR_HIGH -> icrHigh = value & 0xff00_0000;
      case INITIAL_COUNT -> timer.initialCount(value & 0xffff_ffffL);
      case DIVIDE -> timer.divide(value);
      case ID, VERSION, APR, PPR, CURRENT_COUNT -> {
        // Read-only; the ID cannot be changed on current processors (11.4.6).
      }
      default -> {
        if (register >= LVT_TIMER && register <= LVT_ERROR) {
          writeLvt(register - LVT_TIMER, value);
        } else if (register < ISR || register >= ESR) {
          raiseError(ERROR_REGISTER);
        }
      }
    }
  }

  private void taskPriority(int value) {
    tpr = value;
    events.interruptChanged();
  }

  private void endOfInterrupt() {
    int vector = inService.highest();
    if (vector < 0) {
      return;
    }
    inService.remove(vector);
    if (triggerMode.has(vector)) {
      int lint0 = lvt[LVT_LINT0 - LVT_TIMER];
      if ((lint0 & REMOTE_IRR) != 0 && (lint0 & 0xff) == vector) {
        lvt[LVT_LINT0 - LVT_TIMER] &= ~REMOTE_IRR;
        pin(0, pins[0]);
      }
      bus.endOfInterrupt(vector);
    }
    events.interruptChanged();
  }

  /** 11.4.7.2: switching the APIC off by software masks every local interrupt. */
  private void spuriousVector(int value) {
    svr = value & 0x1ff;
    if ((svr & SVR_ENABLE) == 0) {
      for (int i = 0; i < lvt.length; i++) {
        lvt[i] |= MASKED;
      }
    }
    events.interruptChanged();
  }

  private void writeLvt(int index, int value) {
    int kept = lvt[index] & REMOTE_IRR;
    lvt[index] = value & LVT_BITS[index] | kept | ((svr & SVR_ENABLE) == 0 ? MASKED : 0);
    if (index == 0) {
      timer.mode(value >> 17 & 3);
    }
    if (index == LVT_LINT0 - LVT_TIMER) {
      pin(0, pins[0]);
    }
    events.interruptChanged();
  }

  /** 11.6.1: the interrupt command register. */
  private void sendIpi() {
    DeliveryMode mode = DeliveryMode.of(icrLow);
    int vector = icrLow & 0xff;
    boolean level = (icrLow & LEVEL) != 0;
    boolean assertion = (icrLow & 1 << 14) != 0;
    if (mode == DeliveryMode.INIT && level && !assertion) {
      return; // INIT level de-assert: arbitration IDs, which current processors do not have.
    }
    if ((mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY) && vector < 16) {
      raiseError(ERROR_SEND_VECTOR);
      return;
    }
    switch (icrLow >> 18 & 3) {
      case 0 -> {
        int destination = isX2apic() ? icrHigh : icrHigh >>> 24;
        bus.send(destination, (icrLow & 1 << 11) != 0, mode, vector, false);
      }
      case 1 -> receive(mode, vector, false);
      case 2 -> bus.broadcast(mode, vector, false, -1);
      default -> bus.broadcast(mode, vector, false, id);
    }
  }
}
