package dev.ringside.vmm;

import dev.ringside.vmm.boot.GuestImageException;
import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.device.ApicState;
import dev.ringside.vmm.memory.GuestMemory;
import dev.ringside.vmm.monitor.MachineLoop;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine: memory, board, vCPU and the monitor that handles its exits.
 *
 * <p>Threads. The machine has one thread of its own, which runs the vCPU, handles its exits and
 * calls hooks and listeners. Every method here may be called from any thread; those that read or
 * change the machine hand the work to its thread, between two instructions. It is created stopped
 * at its first instruction.
 */
public final class VirtualMachine implements AutoCloseable {
  private final MachineConfiguration configuration;
  private final Hooks hooks;
  private final MachineLoop loop;
  private final List<MachineListener> listeners = new CopyOnWriteArrayList<>();
  private final CompletableFuture<GuestEnd> end = new CompletableFuture<>();

  private VirtualMachine(MachineConfiguration configuration, Guest guest)
      throws GuestImageException {
    this.configuration = configuration;
    this.hooks = new Hooks(this::hooksChanged);
    this.loop = new MachineLoop(configuration, guest, new LoopHooks(), new LoopListener());
  }

  /**
   * Builds a machine, loads the guest and stands still at its first instruction.
   *
   * @throws BackendUnavailableException if this host does not have the processor asked for
   * @throws GuestImageException if the guest does not fit the machine
   */
  public static VirtualMachine create(MachineConfiguration configuration, Guest guest)
      throws GuestImageException {
    VirtualMachine vm = new VirtualMachine(configuration, guest);
    vm.loop.start();
    return vm;
  }

  /**
   * Lets the guest run; no effect if it runs or has ended. A breakpoint on the very next
   * instruction is passed over.
   */
  public void resume() {
    loop.post(() -> loop.resume(null));
  }

  /**
   * Lets the guest run as the stepper says; ends in {@link MachineStop.Stepped} or an earlier stop.
   */
  public void resume(Stepper stepper) {
    loop.post(() -> loop.resume(stepper));
  }

  /** Stops the guest soon; {@link MachineListener#stopped} tells when. No effect if it stands. */
  public void pause() {
    loop.post(loop::pause);
  }

  /** Ends the guest at once, as ACPI power-off does. */
  public void powerOff() {
    loop.post(() -> loop.end(new GuestEnd.PowerOff()));
  }

  /**
   * Zeroes memory, resets the board and boots the guest again; it then stands at its first
   * instruction.
   */
  public void restart() {
    await(
        vcpu -> {
          loop.restart();
          return true;
        });
  }

  /**
   * Calls the function on the machine's thread, between two instructions, whether the guest runs or
   * stands, and returns its result. On the machine's thread itself (in a hook or listener) it is
   * called directly.
   */
  public <T extends @Nullable Object> T onVcpuThread(Function<Vcpu, T> function) {
    return await(function);
  }

  private <T extends @Nullable Object> T await(Function<Vcpu, T> function) {
    if (loop.isOwnThread()) {
      return function.apply(loop.vcpu());
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.post(
        () -> {
          try {
            result.complete(function.apply(loop.vcpu()));
          } catch (Throwable t) {
            result.completeExceptionally(t);
          }
        });
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      throw e;
    }
  }

  /** Replaces all breakpoints and watchpoints; they apply before this returns. */
  public void setBreakpoints(BreakpointSet breakpoints) {
    await(
        vcpu -> {
          loop.setBreakpoints(breakpoints);
          return true;
        });
  }

  /** Feeds bytes to COM1; they arrive between two instructions. */
  public void serialInput(byte[] bytes) {
    byte[] copy = bytes.clone();
    loop.post(() -> loop.serialInput(copy));
  }

  /**
   * Tells that something may feed COM1 from now on, or that it no longer will: a halted guest that
   * only input can wake waits for it while anything is attached. Each true is taken back by a
   * false.
   */
  public void serialInputAttached(boolean attached) {
    loop.post(() -> loop.serialInputAttached(attached));
  }

  /** The hooks for exits, ring transitions and events. */
  public Hooks hooks() {
    return hooks;
  }

  /** Guest-physical RAM; see its own rules for threads. */
  public GuestMemory memory() {
    return loop.memory();
  }

  public MachineConfiguration configuration() {
    return configuration;
  }

  /** Whether the guest runs right now. */
  public boolean isRunning() {
    return loop.isRunning();
  }

  /** Why the machine stands; null while it runs or once it ended. */
  public @Nullable MachineStop stopReason() {
    return loop.stopReason();
  }

  /** Completes when the guest's life ends. */
  public CompletableFuture<GuestEnd> ended() {
    return end.copy();
  }

  /** The last VM exits, oldest first, at most 16. */
  public List<VmExit> recentExits() {
    return await(vcpu -> loop.recentExits());
  }

  /** How many VM exits there have been since power-on or restart. */
  public long exits() {
    return await(vcpu -> loop.exits());
  }

  /**
   * What RDMSR returns to the guest: the processor's registers, the board's and those that the
   * monitor holds. Empty where RDMSR faults.
   */
  public OptionalLong readMsr(int index) {
    return await(vcpu -> loop.readMsr(index));
  }

  /**
   * Does what the guest's WRMSR does.
   *
   * @return false where that faults: there is no such MSR, or it refuses the value
   */
  public boolean writeMsr(int index, long value) {
    return await(vcpu -> loop.writeMsr(index, value));
  }

  /**
   * The addresses of the MSRs that are known by name or hold a value, in their order; not every one
   * can be read.
   */
  public List<Integer> msrs() {
    return await(vcpu -> loop.msrs());
  }

  /** The first vCPU's local APIC as it stands. */
  public ApicState localApic() {
    return await(vcpu -> loop.localApic());
  }

  /** Guest time since power-on, in nanoseconds. */
  public long guestTime() {
    return await(vcpu -> loop.guestTime());
  }

  /** Tells the listener of all stops from now on, and of the end. */
  public void addListener(MachineListener listener) {
    listeners.add(listener);
  }

  public void removeListener(MachineListener listener) {
    listeners.remove(listener);
  }

  /**
   * Ends the guest if it lives, the thread, and frees the memory. Nothing may be called afterwards.
   */
  @Override
  public void close() {
    loop.close();
    end.complete(new GuestEnd.PowerOff());
  }

  private void hooksChanged() {
    loop.post(loop::hooksChanged);
  }

  /** The hooks as the loop sees them. */
  private final class LoopHooks implements MachineLoop.LoopHooks {
    @Override
    public boolean watchesExits() {
      return hooks.watchesExits();
    }

    @Override
    public boolean watchesProcessor() {
      return hooks.watchesProcessor();
    }

    @Override
    public @Nullable Object exit(Vcpu vcpu, VmExit exit) {
      return hooks.exit(vcpu, exit);
    }

    @Override
    public void entry(Vcpu vcpu, VmExit exit, long hostNanos, long idleNanos) {
      hooks.entry(vcpu, exit, hostNanos, idleNanos);
    }

    @Override
    public @Nullable Object ringTransition(Vcpu vcpu, RingTransition transition) {
      return hooks.ringTransition(vcpu, transition);
    }

    @Override
    public @Nullable Object eventDelivery(Vcpu vcpu, EventDelivery event) {
      return hooks.eventDelivery(vcpu, event);
    }
  }

  private final class LoopListener implements MachineListener {
    @Override
    public void resumed() {
      for (MachineListener l : listeners) {
        l.resumed();
      }
    }

    @Override
    public void stopped(MachineStop stop) {
      for (MachineListener l : listeners) {
        l.stopped(stop);
      }
    }

    @Override
    public void ended(GuestEnd guestEnd) {
      end.complete(guestEnd);
      for (MachineListener l : listeners) {
        l.ended(guestEnd);
      }
    }
  }
}
