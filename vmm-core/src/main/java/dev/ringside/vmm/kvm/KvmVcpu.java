package dev.ringside.vmm.kvm;

import static dev.ringside.vmm.kvm.KvmAbi.*;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.ExitContext;
import dev.ringside.vmm.PhysicalBus;
import dev.ringside.vmm.RunLimit;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VcpuObserver;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.VmcsView;
import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.DescriptorTable;
import dev.ringside.vmm.x86.ProcessorMode;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.Segment;
import dev.ringside.vmm.x86.SegmentRegister;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A vCPU of {@code /dev/kvm}. It sees the exits that reach user space, in the form in which they
 * do; instructions are not counted, ring transitions and event deliveries are not visible.
 *
 * <p>Threads: confined to the thread that first calls {@link #run}, but for {@link #kick}, which
 * sets {@code immediate_exit} and sends a signal that this thread keeps blocked outside KVM_RUN.
 */
final class KvmVcpu implements Vcpu {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private final int id;
  private final int fd;
  private final Arena arena;
  private final MemorySegment run;
  private final MemorySegment scratch;
  private final KvmState state;
  private final ExitingInstruction locator;
  private final KvmDebug debug;
  private final KvmVmcsView vmcs;
  private final Object kickLock = new Object();
  private boolean closed;
  private volatile int thread = -1;

  /**
   * The RIP of the instruction whose exit is being handled, while KVM's own may be past it; null:
   * KVM's.
   */
  private @Nullable ExitContext exiting;

  KvmVcpu(int id, int fd, MemorySegment run, GuestMemory memory, Arena arena) {
    this.id = id;
    this.fd = fd;
    this.run = run;
    this.arena = arena;
    this.scratch = arena.allocate(TRANSLATION_SIZE, 8);
    this.state = new KvmState(fd, arena);
    this.locator = new ExitingInstruction(this, memory);
    this.debug = new KvmDebug(fd, this, arena);
    this.vmcs = new KvmVmcsView(this);
    setSignalMask();
  }

  private void setSignalMask() {
    MemorySegment mask = arena.allocate(16, 8);
    mask.set(INT, 0, 8);
    check(Linux.ioctl(fd, SET_SIGNAL_MASK, mask), "KVM_SET_SIGNAL_MASK");
  }

  private static void check(int result, String call) {
    if (result < 0) {
      throw new KvmFailure(call, Linux.errno());
    }
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public RunResult run(RunLimit limit) {
    if (thread < 0) {
      Linux.blockKick();
      thread = Linux.threadId();
    }
    exiting = null;
    boolean step = limit.instructions() == 0;
    if (limit.ignoreBreakpointHere() && !step && debug.hasBreakpointAt(linearRip())) {
      RunResult r = enter(true);
      if (!(r instanceof RunResult.LimitReached)) {
        return r;
      }
    }
    while (true) {
      RunResult r = enter(step);
      if (r instanceof RunResult.LimitReached && !step) {
        continue;
      }
      return r;
    }
  }

  /** One KVM_RUN; LimitReached: a single step is done, or a breakpoint's condition did not hold. */
  private RunResult enter(boolean step) {
    debug.arm(step);
    state.flush();
    int result = Linux.ioctl(fd, RUN, 0L);
    state.invalidate();
    if (result < 0) {
      int errno = Linux.errno();
      if (errno == Linux.EINTR || errno == Linux.EAGAIN) {
        run.set(BYTE, RUN_IMMEDIATE_EXIT, (byte) 0);
        Linux.consumeKicks();
        return new RunResult.Kicked();
      }
      return new RunResult.Failed("KVM_RUN failed with errno " + errno);
    }
    int reason = run.get(INT, RUN_EXIT_REASON);
    return switch (reason) {
      case EXIT_IO -> io();
      case EXIT_MMIO -> mmio();
      case EXIT_HLT -> exited(new VmExit.Hlt(locator.hlt()));
      case EXIT_IRQ_WINDOW_OPEN -> exited(new VmExit.InterruptWindow(locator.here()));
      case EXIT_SHUTDOWN -> exited(new VmExit.TripleFault(locator.here()));
      case EXIT_INTR -> new RunResult.Kicked();
      case EXIT_DEBUG ->
          debug.stopped(
              run.get(INT, RUN_DEBUG_EXCEPTION),
              run.get(LONG, RUN_DEBUG_PC),
              run.get(LONG, RUN_DEBUG_DR6));
      case EXIT_FAIL_ENTRY ->
          new RunResult.Failed(
              String.format(
                  "KVM could not enter the guest: hardware reason 0x%x",
                  run.get(LONG, RUN_FAIL_REASON)));
      case EXIT_INTERNAL_ERROR -> internalError();
      default -> new RunResult.Failed("KVM exit reason " + reason + " is not one Ringside expects");
    };
  }

  /** Runs one instruction, without breakpoints. */
  RunResult step() {
    return enter(true);
  }

  private RunResult internalError() {
    int sub = run.get(INT, RUN_INTERNAL_SUBERROR);
    String what =
        switch (sub) {
          case 1 -> "an instruction it cannot emulate";
          case 2 -> "an exception while it delivered another";
          case 3 -> "an exit while it delivered an event";
          default -> "suberror " + sub;
        };
    return new RunResult.Failed(
        String.format(
            "KVM internal error at 0x%x: %s (%s)", linearRip(), what, locator.disassembly()));
  }

  private RunResult exited(VmExit exit) {
    exiting = exit.at();
    return new RunResult.Exited(exit);
  }

  private RunResult io() {
    boolean in = run.get(BYTE, RUN_IO_DIRECTION) == 0;
    int size = run.get(BYTE, RUN_IO_SIZE);
    int port = run.get(SHORT, RUN_IO_PORT) & 0xffff;
    long data = run.get(LONG, RUN_IO_DATA_OFFSET);
    ExitingInstruction.Io found = locator.io(port, size, in);
    return exited(
        new VmExit.IoInstruction(
            found.at(), port, size, in, found.string(), found.rep(), in ? 0 : get(data, size)));
  }

  private RunResult mmio() {
    long gpa = run.get(LONG, RUN_MMIO_ADDRESS);
    int size = run.get(INT, RUN_MMIO_LENGTH);
    boolean write = run.get(BYTE, RUN_MMIO_WRITE) != 0;
    return exited(
        new VmExit.EptMisconfig(
            locator.memory(gpa), gpa, write, size, write ? get(RUN_MMIO_DATA, size) : 0));
  }

  private long get(long offset, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | (run.get(BYTE, offset + i) & 0xff);
    }
    return value;
  }

  private void put(long offset, int size, long value) {
    for (int i = 0; i < size; i++) {
      run.set(BYTE, offset + i, (byte) (value >>> (8 * i)));
    }
  }

  /**
   * KVM completes the instruction itself at the next entry; here its data moves between the bus and
   * the run page.
   */
  @Override
  public void emulate(PhysicalBus bus) {
    int reason = run.get(INT, RUN_EXIT_REASON);
    if (reason == EXIT_IO) {
      boolean in = run.get(BYTE, RUN_IO_DIRECTION) == 0;
      int size = run.get(BYTE, RUN_IO_SIZE);
      int port = run.get(SHORT, RUN_IO_PORT) & 0xffff;
      int count = run.get(INT, RUN_IO_COUNT);
      long data = run.get(LONG, RUN_IO_DATA_OFFSET);
      for (int i = 0; i < count; i++) {
        if (in) {
          put(data + (long) i * size, size, bus.readPort(port, size));
        } else {
          bus.writePort(port, size, get(data + (long) i * size, size));
        }
      }
    } else if (reason == EXIT_MMIO) {
      long gpa = run.get(LONG, RUN_MMIO_ADDRESS);
      int size = run.get(INT, RUN_MMIO_LENGTH);
      if (run.get(BYTE, RUN_MMIO_WRITE) != 0) {
        bus.writeMemory(gpa, size, get(RUN_MMIO_DATA, size));
      } else {
        put(RUN_MMIO_DATA, size, bus.readMemory(gpa, size));
      }
    }
    exiting = null;
  }

  @Override
  public void skipInstruction() {
    ExitContext at = exiting;
    exiting = null;
    if (at != null && at.instructionLength() > 0) {
      state.write(Register.RIP, at.rip() + at.instructionLength());
    }
  }

  @Override
  public void finishMsrRead(long value) {
    throw new UnavailableException("MSR accesses do not reach user space under KVM");
  }

  @Override
  public void finishMsrWrite() {
    throw new UnavailableException("MSR accesses do not reach user space under KVM");
  }

  @Override
  public void injectException(int vector, boolean hasErrorCode, int errorCode) {
    MemorySegment events = events();
    events.set(BYTE, EVENTS_EXCEPTION_INJECTED, (byte) 1);
    events.set(BYTE, EVENTS_EXCEPTION_NR, (byte) vector);
    events.set(BYTE, EVENTS_EXCEPTION_HAS_ERROR, (byte) (hasErrorCode ? 1 : 0));
    events.set(INT, EVENTS_EXCEPTION_ERROR, errorCode);
    check(Linux.ioctl(fd, SET_VCPU_EVENTS, events), "KVM_SET_VCPU_EVENTS");
    exiting = null;
  }

  private MemorySegment events() {
    state.flush();
    MemorySegment events = arena.allocate(EVENTS_SIZE, 8);
    check(Linux.ioctl(fd, GET_VCPU_EVENTS, events), "KVM_GET_VCPU_EVENTS");
    return events;
  }

  @Override
  public boolean canTakeInterrupt() {
    return run.get(BYTE, RUN_READY_FOR_INTERRUPT) != 0;
  }

  @Override
  public void injectInterrupt(int vector) {
    scratch.set(INT, 0, vector);
    check(Linux.ioctl(fd, INTERRUPT, scratch), "KVM_INTERRUPT");
    run.set(BYTE, RUN_READY_FOR_INTERRUPT, (byte) 0);
  }

  @Override
  public boolean canTakeNmi() {
    return events().get(BYTE, EVENTS_NMI_MASKED) == 0;
  }

  @Override
  public void injectNmi() {
    check(Linux.ioctl(fd, NMI, 0L), "KVM_NMI");
  }

  @Override
  public void requestInterruptWindow(boolean wanted) {
    run.set(BYTE, RUN_REQUEST_INTERRUPT_WINDOW, (byte) (wanted ? 1 : 0));
  }

  @Override
  public void kick() {
    synchronized (kickLock) {
      if (closed) {
        return;
      }
      run.set(BYTE, RUN_IMMEDIATE_EXIT, (byte) 1);
      int target = thread;
      if (target >= 0 && target != Linux.threadId()) {
        Linux.kick(target);
      }
    }
  }

  @Override
  public long instructions() {
    return -1;
  }

  @Override
  public void skipTime(long ticks) {
    // The guest's TSC is the host's: it runs by itself.
  }

  @Override
  public void setBreakpoints(BreakpointSet breakpoints) {
    debug.setBreakpoints(breakpoints);
  }

  @Override
  public void setObserver(@Nullable VcpuObserver observer) {
    // Ring transitions and event deliveries are not visible under KVM.
  }

  @Override
  public List<EventDelivery> recentEvents() {
    return List.of();
  }

  @Override
  public VmcsView vmcs() {
    return vmcs;
  }

  @Override
  public long translate(long linear) {
    return state.translate(linear, scratch);
  }

  @Override
  public long read(Register register) {
    ExitContext at = exiting;
    if (register == Register.CR8) {
      return run.get(LONG, RUN_CR8);
    }
    return register == Register.RIP && at != null ? at.rip() : state.read(register);
  }

  @Override
  public void write(Register register, long value) {
    if (register == Register.RIP) {
      exiting = null;
    }
    if (register == Register.CR8) {
      // KVM takes it from here at the next entry.
      run.set(LONG, RUN_CR8, value);
      return;
    }
    state.write(register, value);
  }

  /** KVM's own RIP, which may be past the exiting instruction. */
  long rawRip() {
    return state.read(Register.RIP);
  }

  /** Registers as the exiting instruction saw them, but for RIP. */
  CpuState raw() {
    return state;
  }

  @Override
  public Segment read(SegmentRegister register) {
    return state.read(register);
  }

  @Override
  public void write(SegmentRegister register, Segment value) {
    state.write(register, value);
  }

  @Override
  public DescriptorTable gdtr() {
    return state.gdtr();
  }

  @Override
  public void gdtr(DescriptorTable value) {
    state.gdtr(value);
  }

  @Override
  public DescriptorTable idtr() {
    return state.idtr();
  }

  @Override
  public void idtr(DescriptorTable value) {
    state.idtr(value);
  }

  @Override
  public long readMsr(int index) {
    return state.readMsr(index);
  }

  @Override
  public void writeMsr(int index, long value) {
    state.writeMsr(index, value);
  }

  @Override
  public byte[] fxsave() {
    return state.fxsave();
  }

  @Override
  public void fxrstor(byte[] image) {
    state.fxrstor(image);
  }

  @Override
  public int cpl() {
    return state.cpl();
  }

  @Override
  public ProcessorMode mode() {
    return state.mode();
  }

  /**
   * To be called on the vCPU's thread once it has run: as that thread ends, the JVM restores a
   * signal mask that would let a pending kick kill the process.
   */
  @Override
  public void close() {
    synchronized (kickLock) {
      closed = true;
    }
    Linux.consumeKicks();
    Linux.close(fd);
  }
}
