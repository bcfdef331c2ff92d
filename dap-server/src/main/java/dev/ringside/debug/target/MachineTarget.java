package dev.ringside.debug.target;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.guest.VcpuView;
import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.Hooks;
import dev.ringside.vmm.MachineListener;
import dev.ringside.vmm.MachineStop;
import dev.ringside.vmm.Stepper;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VirtualMachine;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.control.BreakpointSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A virtual machine of ours. Callable from any thread; the machine has one thread of its own. */
public final class MachineTarget implements Target {
  /** What hooks of the debugger pass with the stops they ask for. */
  private static final Object TOKEN = new Object();

  private final VirtualMachine machine;
  private final List<Hooks.Installed> installed = new ArrayList<>();
  private final MachineListener forwarder = new Forwarder();
  private volatile @Nullable TargetListener listener;

  /** The view of the vCPU that was asked for last; touched on the machine's thread alone. */
  private @Nullable CachedView view;

  private record CachedView(CpuState state, GuestView view) {}

  /** Debugs a machine; does not own it unless {@link #close} is called. */
  public MachineTarget(VirtualMachine machine) {
    this.machine = machine;
    machine.addListener(forwarder);
  }

  @Override
  public int vcpus() {
    return 1;
  }

  @Override
  public boolean isRunning() {
    return machine.isRunning();
  }

  @Override
  public void resume() {
    machine.resume();
  }

  @Override
  public void resume(int vcpu, Stepper stepper) {
    machine.resume(stepper);
  }

  @Override
  public void pause() {
    machine.pause();
  }

  @Override
  public void powerOff() {
    machine.powerOff();
  }

  @Override
  public void restart() {
    machine.restart();
  }

  @Override
  public <T extends @Nullable Object> T onVcpu(int vcpu, Function<GuestView, T> function) {
    return machine.onVcpuThread(cpu -> function.apply(viewOf(cpu)));
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // The view belongs to this very object.
  public GuestView viewOf(CpuState state) {
    CachedView cached = view;
    if (cached != null && cached.state == state) {
      return cached.view;
    }
    if (!(state instanceof Vcpu vcpu)) {
      throw new IllegalArgumentException("not a vCPU of this machine");
    }
    GuestView fresh = new VcpuView(vcpu, machine);
    view = new CachedView(state, fresh);
    return fresh;
  }

  @Override
  public void setBreakpoints(BreakpointSet breakpoints) {
    machine.setBreakpoints(breakpoints);
  }

  @Override
  public synchronized void setEventFilter(@Nullable EventFilter filter) {
    List<Hooks.Installed> old = new ArrayList<>(installed);
    installed.clear();
    if (filter != null) {
      Hooks hooks = machine.hooks();
      if (filter.wantsExits()) {
        installed.add(hooks.onExit((cpu, exit) -> action(filter.stopsAt(cpu, exit)), TOKEN));
      }
      if (filter.wantsRings()) {
        installed.add(
            hooks.onRingTransition((cpu, ring) -> action(filter.stopsAt(cpu, ring)), TOKEN));
      }
      if (filter.wantsEvents()) {
        installed.add(
            hooks.onEventDelivery((cpu, event) -> action(filter.stopsAt(cpu, event)), TOKEN));
      }
    }
    old.forEach(Hooks.Installed::close);
  }

  private static HookAction action(boolean stop) {
    return stop ? HookAction.STOP : HookAction.CONTINUE;
  }

  @Override
  public List<VmExit> recentExits() {
    return machine.recentExits();
  }

  @Override
  public long exits() {
    return machine.exits();
  }

  @Override
  public void serialInput(byte[] bytes) {
    machine.serialInput(bytes);
  }

  @Override
  public void setListener(TargetListener newListener) {
    this.listener = newListener;
  }

  /** Detaches: removes hooks and listener; the machine lives on. */
  public void detach() {
    setEventFilter(null);
    machine.removeListener(forwarder);
  }

  @Override
  public void close() {
    detach();
    machine.close();
  }

  private final class Forwarder implements MachineListener {
    @Override
    public void stopped(MachineStop stop) {
      TargetListener to = listener;
      if (to != null) {
        to.stopped(stop);
      }
    }

    @Override
    public void ended(GuestEnd end) {
      TargetListener to = listener;
      if (to != null) {
        to.ended(end);
      }
    }
  }
}
