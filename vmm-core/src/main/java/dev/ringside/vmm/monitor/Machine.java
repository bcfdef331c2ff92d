package dev.ringside.vmm.monitor;

import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.SoftClock;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.device.Board;
import dev.ringside.vmm.device.BoardConfiguration;
import dev.ringside.vmm.device.BoardEvents;
import dev.ringside.vmm.device.InterruptSource;
import dev.ringside.vmm.device.IoBus;
import dev.ringside.vmm.memory.GuestMemory;
import java.util.function.Consumer;

/**
 * Memory, board and vCPU of one machine, with guest time running through them. Confined to the machine's thread, but for
 * {@link #vcpu} and {@link #memory}, which never change.
 */
final class Machine implements BoardEvents, AutoCloseable {
  /** What a halted machine does next. */
  sealed interface Idle {
    /** Something woke it. */
    record Awake() implements Idle {}

    /** Wait that many host nanoseconds, or for input. */
    record Wait(long nanos) implements Idle {}

    /** Nothing can wake it. */
    record Forever(String why) implements Idle {}
  }

  private static final int SLICE = 50_000;

  private final MachineConfiguration configuration;
  private final Guest guest;
  private final Consumer<GuestEnd> end;
  private final Processors.Backing backing;
  private final GuestMemory memory;
  private final Vcpu vcpu;
  private final GuestClock clock;

  private EventTimeline timeline;
  private IoBus bus;
  private Board board;
  private InterruptSource interrupts;
  private ExitHandler handler;
  private boolean halted;
  private boolean interruptible;
  private boolean resetWanted;

  Machine(MachineConfiguration configuration, Guest guest, Consumer<GuestEnd> end) {
    this.configuration = configuration;
    this.guest = guest;
    this.end = end;
    this.backing = Processors.open(configuration);
    this.memory = backing.memory();
    this.vcpu = backing.vcpu();
    this.clock = GuestClock.of(configuration, vcpu);
    plugIn();
  }

  Vcpu vcpu() {
    return vcpu;
  }

  GuestMemory memory() {
    return memory;
  }

  long guestTime() {
    return clock.now();
  }

  /** Power-on: a new board, the image in zeroed memory, the vCPU at its entry. */
  private void plugIn() {
    timeline = new EventTimeline(clock::now);
    bus = new IoBus();
    board =
        new Board(
            bus,
            timeline,
            this,
            BoardConfiguration.of(
                memory.size(),
                configuration.epochSeconds(),
                configuration.serialOutput(),
                configuration.debugOutput()));
    interrupts = board.interrupts(0);
    handler = new ExitHandler(vcpu, bus, new CpuidPolicy(), new MsrPolicy(board.msrs(0)));
    halted = false;
    guest.load(memory);
    guest.enter(vcpu);
  }

  void reset() {
    board.unplug();
    memory.segment().fill((byte) 0);
    backing.reset();
    plugIn();
  }

  /** Guest time passes up to now, and pending interrupts go in. */
  void beforeEntry() {
    if (resetWanted) {
      resetWanted = false;
      reset();
    }
    clock.follow();
    timeline.runDue();
    if (interrupts.takeNmi() && vcpu.canTakeNmi()) {
      halted = false;
      vcpu.injectNmi();
    }
    if (interrupts.hasInterrupt()) {
      if (halted && !interruptible) {
        return;
      }
      halted = false;
      if (vcpu.canTakeInterrupt()) {
        vcpu.injectInterrupt(interrupts.acknowledge());
      }
      if (interrupts.hasInterrupt()) {
        vcpu.requestInterruptWindow(true);
      }
    }
  }

  /** The instruction count of the next device deadline. */
  long deadline() {
    long next = timeline.next();
    long now = vcpu.instructions();
    if (configuration.clock() == MachineConfiguration.Clock.REAL) {
      return now + SLICE;
    }
    return next == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : now + Math.max(1, SoftClock.ticks(next - clock.now()));
  }

  Handled handle(VmExit exit) {
    return handler.handle(exit);
  }

  void halt(boolean wakesOnInterrupt) {
    halted = true;
    interruptible = wakesOnInterrupt;
  }

  boolean isHalted() {
    return halted;
  }

  /** What a halted machine does next; guest time skips ahead here. */
  Idle idle(boolean inputAttached) {
    beforeEntry();
    if (!halted) {
      return new Idle.Awake();
    }
    if (!interruptible) {
      return new Idle.Forever("HLT with interrupts off: nothing can wake the guest");
    }
    long next = timeline.next();
    if (next == Long.MAX_VALUE) {
      return inputAttached
          ? new Idle.Wait(Long.MAX_VALUE)
          : new Idle.Forever("HLT that nothing can wake: no timer is armed and no input is attached");
    }
    long ahead = next - clock.now();
    if (configuration.waitsWhenIdle() || configuration.clock() == MachineConfiguration.Clock.REAL) {
      clock.sleepUntil(next);
      return new Idle.Wait(Math.max(0, ahead));
    }
    clock.skip(Math.max(0, ahead));
    beforeEntry();
    return new Idle.Awake();
  }

  void serialInput(byte[] bytes) {
    board.serial(0).receive(bytes);
  }

  @Override
  public void powerOff() {
    end.accept(new GuestEnd.PowerOff());
  }

  @Override
  public void reset(String how) {
    if (configuration.rebootEnds()) {
      end.accept(new GuestEnd.Reset(how));
    } else {
      resetWanted = true;
    }
  }

  @Override
  public void debugExit(int value) {
    end.accept(new GuestEnd.DebugExit(value));
  }

  @Override
  public void interruptChanged() {}

  @Override
  public void close() {
    vcpu.close();
    backing.close();
  }
}
