package dev.ringside.vmm.monitor;

import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.SoftClock;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.boot.GuestImageException;
import dev.ringside.vmm.device.ApicState;
import dev.ringside.vmm.device.Board;
import dev.ringside.vmm.device.BoardConfiguration;
import dev.ringside.vmm.device.BoardEvents;
import dev.ringside.vmm.device.ByteSink;
import dev.ringside.vmm.device.InterruptSource;
import dev.ringside.vmm.device.IoBus;
import dev.ringside.vmm.device.LocalApic;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Memory, board and vCPU of one machine, with guest time running through them. Confined to the
 * machine's thread, but for {@link #vcpu} and {@link #memory}, which never change.
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
  private final AlarmClock alarmClock;

  private Plugged plugged;
  private long taskPriority;
  private boolean halted;
  private boolean interruptible;
  private boolean resetWanted;

  @SuppressWarnings("this-escape")
  Machine(MachineConfiguration configuration, Guest guest, Consumer<GuestEnd> end)
      throws GuestImageException {
    this.configuration = configuration;
    this.guest = guest;
    this.end = end;
    this.backing = Processors.open(configuration);
    this.memory = backing.memory();
    this.vcpu = backing.vcpu();
    this.clock = GuestClock.of(configuration, vcpu);
    this.alarmClock = new AlarmClock(vcpu::kick);
    this.plugged = new Plugged();
    boot();
  }

  /** A board on its bus, with what the monitor asks it; a reset makes a new one. */
  private final class Plugged {
    final EventTimeline timeline = new EventTimeline(clock::now);
    final IoBus bus = new IoBus();
    final Board board =
        new Board(
            bus,
            timeline,
            Machine.this,
            new BoardConfiguration(
                memory.lowSize(),
                memory.highSize(),
                1,
                SoftClock.TSC_HZ,
                Instant.ofEpochSecond(configuration.epochSeconds()),
                List.of(sink(configuration.serialOutput())),
                sink(configuration.debugOutput())));
    final InterruptSource interrupts = board.interrupts(0);
    final MsrPolicy msrs = new MsrPolicy(new ApicMsrs(board.localApic(0), vcpu));
    final ExitHandler handler = new ExitHandler(vcpu, bus, new CpuidPolicy(), msrs);
  }

  private static ByteSink sink(OutputStream out) {
    return value -> {
      try {
        out.write(value);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "the guest's output cannot be written: " + e.getMessage(), e);
      }
    };
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

  /** Power-on: the image in zeroed memory, the vCPU at its entry. */
  private void boot() throws GuestImageException {
    halted = false;
    Board board = plugged.board;
    guest.boot(memory, board.writeTables(memory), vcpu);
    guest.disk().ifPresent(disk -> board.startBios(memory, vcpu, disk));
  }

  void reset() {
    plugged.board.unplug();
    memory.clear();
    backing.reset();
    plugged = new Plugged();
    try {
      boot();
    } catch (GuestImageException e) {
      end.accept(
          new GuestEnd.CannotContinue("the guest cannot be booted again: " + e.getMessage()));
    }
  }

  /** Guest time passes up to now, and pending interrupts go in. */
  void beforeEntry() {
    if (resetWanted) {
      resetWanted = false;
      reset();
    }
    clock.follow();
    followTaskPriority();
    plugged.timeline.runDue();
    if (vcpu.canTakeNmi() && plugged.interrupts.takeNmi()) {
      halted = false;
      vcpu.injectNmi();
    }
    if (plugged.interrupts.hasInterrupt()) {
      if (halted && !interruptible) {
        return;
      }
      halted = false;
      if (vcpu.canTakeInterrupt()) {
        vcpu.injectInterrupt(plugged.interrupts.acknowledge());
      }
      if (plugged.interrupts.hasInterrupt()) {
        vcpu.requestInterruptWindow(true);
      }
    }
  }

  /**
   * The instruction count of the next device deadline; where none are counted, a kick will come at
   * its time.
   */
  long deadline() {
    if (vcpu.instructions() < 0) {
      alarmClock.wakeAt(plugged.timeline.next(), clock.now());
      return Long.MAX_VALUE;
    }
    long next = plugged.timeline.next();
    long now = vcpu.instructions();
    if (clock.isReal()) {
      return now + SLICE;
    }
    return next == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : now + Math.max(1, SoftClock.ticks(next - clock.now()));
  }

  /**
   * CR8 and the local APIC's task priority are one register (SDM vol. 3A, 12.8.6.1): what the guest
   * or a device changed.
   */
  private void followTaskPriority() {
    LocalApic apic = plugged.board.localApic(0);
    long guest = vcpu.read(Register.CR8);
    if (guest != taskPriority) {
      apic.cr8(guest);
    } else if (apic.cr8() != guest) {
      guest = apic.cr8();
      vcpu.write(Register.CR8, guest);
    }
    taskPriority = guest;
  }

  Handled handle(VmExit exit) {
    if (exit instanceof VmExit.EptMisconfig
        || exit instanceof VmExit.EptViolation
        || exit instanceof VmExit.MsrRead
        || exit instanceof VmExit.MsrWrite) {
      // Perhaps the local APIC's TPR, which must have what the guest has put into CR8.
      followTaskPriority();
    }
    return plugged.handler.handle(exit);
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
    long next = plugged.timeline.next();
    if (next == Long.MAX_VALUE) {
      return inputAttached
          ? new Idle.Wait(Long.MAX_VALUE)
          : new Idle.Forever(
              "HLT that nothing can wake: no timer is armed and no input is attached");
    }
    long ahead = next - clock.now();
    if (configuration.waitsWhenIdle() || clock.isReal()) {
      clock.sleepUntil(next);
      return new Idle.Wait(Math.max(0, ahead));
    }
    clock.skip(Math.max(0, ahead));
    beforeEntry();
    return new Idle.Awake();
  }

  OptionalLong readMsr(int index) {
    return plugged.msrs.read(index, vcpu);
  }

  boolean writeMsr(int index, long value) {
    return plugged.msrs.write(index, value, vcpu);
  }

  /** The MSRs that are known by name or hold a value in the monitor, in order of their numbers. */
  List<Integer> msrs() {
    Set<Integer> known = new TreeSet<>(Integer::compareUnsigned);
    for (Msr msr : Msr.values()) {
      known.add(msr.index());
    }
    known.addAll(plugged.msrs.held());
    return List.copyOf(known);
  }

  ApicState localApic() {
    followTaskPriority();
    return plugged.board.localApic(0).state();
  }

  void serialInput(byte[] bytes) {
    plugged.board.serial(0).receive(bytes);
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
    alarmClock.close();
    backing.close();
  }
}
