package dev.ringside.vmm.monitor;

import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.Guest;
import dev.ringside.vmm.GuestEnd;
import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.MachineConfiguration;
import dev.ringside.vmm.MachineListener;
import dev.ringside.vmm.MachineStop;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.RunLimit;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.Stepper;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VcpuObserver;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.boot.GuestImageException;
import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.control.StopCause;
import dev.ringside.vmm.device.ApicState;
import dev.ringside.vmm.memory.GuestMemory;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The machine's thread: runs the vCPU from exit to exit, handles them, lets guest time pass, and
 * does between two instructions what other threads have posted.
 *
 * <p>Threads: {@link #post}, {@link #vcpu}, {@link #memory}, {@link #isRunning}, {@link
 * #stopReason}, {@link #isOwnThread} and {@link #close} from any; everything else on the machine's
 * own thread.
 */
public final class MachineLoop {
  /**
   * What the loop calls on exits and transitions; a non-null answer is the token of whoever wants a
   * stop.
   */
  public interface LoopHooks {
    boolean watchesExits();

    boolean watchesProcessor();

    @Nullable Object exit(Vcpu vcpu, VmExit exit);

    void entry(Vcpu vcpu, VmExit exit, long hostNanos, long idleNanos);

    @Nullable Object ringTransition(Vcpu vcpu, RingTransition transition);

    @Nullable Object eventDelivery(Vcpu vcpu, EventDelivery event);
  }

  private final LoopHooks hooks;
  private final MachineListener listener;
  private final Machine machine;
  private final Thread thread;
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final ExitHistory history = new ExitHistory();
  private final StepControl steps = new StepControl();
  private final HostTimer timer = new HostTimer();

  private volatile boolean running;
  private volatile boolean closed;
  private volatile @Nullable MachineStop stop = new MachineStop.AtEntry(0);
  private boolean ended;
  private boolean ignoreBreakpoint;
  private boolean pauseWanted;
  private int inputs;
  private @Nullable VmExit unhandled;
  private @Nullable Object stopToken;

  /**
   * A machine's loop; {@link #start} starts its thread.
   *
   * @throws GuestImageException if the guest does not fit the machine
   */
  public MachineLoop(
      MachineConfiguration configuration, Guest guest, LoopHooks hooks, MachineListener listener)
      throws GuestImageException {
    this.hooks = hooks;
    this.listener = listener;
    this.machine = new Machine(configuration, guest, this::end);
    this.thread = new Thread(this::work, "ringside-vcpu-0");
    this.thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  public Vcpu vcpu() {
    return machine.vcpu();
  }

  public GuestMemory memory() {
    return machine.memory();
  }

  public boolean isRunning() {
    return running;
  }

  public @Nullable MachineStop stopReason() {
    return running || ended ? null : stop;
  }

  public boolean isOwnThread() {
    return Thread.currentThread().equals(thread);
  }

  /** Has the task run on the machine's thread between two instructions. */
  public void post(Runnable task) {
    tasks.add(task);
    machine.vcpu().kick();
  }

  /** Ends the thread and frees what the machine holds; waits for it unless called on it. */
  public void close() {
    post(() -> closed = true);
    if (!isOwnThread()) {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs on, freely or as the stepper says. */
  public void resume(@Nullable Stepper stepper) {
    if (running || ended) {
      return;
    }
    running = true;
    ignoreBreakpoint = true;
    pauseWanted = false;
    steps.begin(stepper);
    installObserver();
    timer.resumed();
    listener.resumed();
    if (stepper != null) {
      nextStep();
      ignoreBreakpoint = true;
    }
  }

  /** Stops before the next instruction. */
  public void pause() {
    pauseWanted = running;
  }

  /** Ends the guest's life. */
  public void end(GuestEnd how) {
    if (ended) {
      return;
    }
    ended = true;
    running = false;
    stop = null;
    GuestEnd told =
        how instanceof GuestEnd.TripleFault
            ? new GuestEnd.TripleFault(FaultReport.of(machine.vcpu(), history.recent()))
            : how;
    listener.ended(told);
  }

  /** Boots anew; the machine then stands at its first instruction. */
  public void restart() {
    machine.reset();
    history.clear();
    ended = false;
    running = false;
    unhandled = null;
    steps.begin(null);
    stop = new MachineStop.AtEntry(0);
  }

  /** Replaces the debugger's breakpoints. */
  public void setBreakpoints(BreakpointSet set) {
    steps.setBreakpoints(set);
    machine.vcpu().setBreakpoints(steps.breakpoints());
  }

  public void serialInput(byte[] bytes) {
    machine.serialInput(bytes);
  }

  public void serialInputAttached(boolean attached) {
    inputs += attached ? 1 : -1;
  }

  public long exits() {
    return history.count();
  }

  public OptionalLong readMsr(int index) {
    return machine.readMsr(index);
  }

  public boolean writeMsr(int index, long value) {
    return machine.writeMsr(index, value);
  }

  public List<Integer> msrs() {
    return machine.msrs();
  }

  public ApicState localApic() {
    return machine.localApic();
  }

  public List<VmExit> recentExits() {
    return history.recent();
  }

  public long guestTime() {
    return machine.guestTime();
  }

  /** Hooks came or went. */
  public void hooksChanged() {
    installObserver();
  }

  private void work() {
    while (!closed) {
      try {
        runTasks();
        if (closed) {
          break;
        }
        if (!running) {
          tasks.take().run();
        } else if (pauseWanted) {
          stop(new MachineStop.Paused(0));
        } else if (machine.isHalted()) {
          idle();
        } else {
          quantum();
        }
      } catch (InterruptedException e) {
        // Nobody interrupts this thread but to end it.
        closed = true;
      } catch (RuntimeException | Error e) {
        end(new GuestEnd.CannotContinue("internal error: " + e + ErrorOrigin.where(e)));
      }
    }
    machine.close();
  }

  private void runTasks() {
    Runnable task;
    while ((task = tasks.poll()) != null) {
      task.run();
    }
  }

  private void quantum() {
    VmExit pending = unhandled;
    if (pending != null) {
      unhandled = null;
      handle(pending);
      return;
    }
    machine.beforeEntry();
    long deadline = machine.deadline();
    long limit = steps.limit(machine.vcpu(), deadline);
    RunLimit run = new RunLimit(limit, limit == deadline, ignoreBreakpoint);
    ignoreBreakpoint = false;
    RunResult result = machine.vcpu().run(run);
    switch (result) {
      case RunResult.Exited(VmExit exit) -> exited(exit);
      case RunResult.Stopped(StopCause cause) -> stopped(cause);
      case RunResult.LimitReached() -> limitReached();
      case RunResult.Kicked() -> {}
      case RunResult.Failed(String message) -> end(new GuestEnd.CannotContinue(message));
    }
  }

  private void exited(VmExit exit) {
    history.add(exit);
    if (hooks.watchesExits()) {
      Object token = hooks.exit(machine.vcpu(), exit);
      timer.exited(); // What the hooks themselves take is nobody's trap cost.
      if (token != null) {
        unhandled = exit;
        stop(new MachineStop.Trapped(0, new StopCause.Requested(token)));
        return;
      }
    }
    handle(exit);
  }

  private void handle(VmExit exit) {
    switch (machine.handle(exit)) {
      case Handled.Resume r -> {}
      case Handled.Halt h -> machine.halt(h.interruptible());
      case Handled.End e -> end(e.end());
    }
    if (hooks.watchesExits() && !ended) {
      machine.beforeEntry();
      if (!machine.isHalted()) {
        hooks.entry(machine.vcpu(), exit, timer.sinceExit(), 0);
      } else {
        timer.halted(exit);
      }
    }
    if (running && steps.isStepDone(machine.vcpu())) {
      nextStep();
    }
  }

  private void limitReached() {
    if (steps.isStepDone(machine.vcpu())) {
      nextStep();
    }
  }

  private void stopped(StopCause cause) {
    switch (cause) {
      case StopCause.AtBreakpoint(List<Integer> ids) -> {
        List<Integer> own = steps.withoutTemporary(ids);
        if (own.isEmpty()) {
          nextStep();
        } else {
          stop(new MachineStop.Trapped(0, new StopCause.AtBreakpoint(own)));
        }
      }
      case StopCause.AtWatchpoint w -> stop(new MachineStop.Trapped(0, w));
      case StopCause.Requested r -> {
        Object token = stopToken;
        stopToken = null;
        stop(new MachineStop.Trapped(0, token == null ? r : new StopCause.Requested(token)));
      }
    }
  }

  /** Asks the stepper what comes next. */
  private void nextStep() {
    BreakpointSet before = steps.breakpoints();
    boolean done = steps.next(machine.vcpu());
    if (done) {
      stop(new MachineStop.Stepped(0));
    } else {
      ignoreBreakpoint = false;
      if (!before.equals(steps.breakpoints())) {
        machine.vcpu().setBreakpoints(steps.breakpoints());
      }
    }
  }

  private void stop(MachineStop why) {
    if (!running) {
      return;
    }
    running = false;
    pauseWanted = false;
    stop = why;
    timer.stopped();
    if (steps.end()) {
      machine.vcpu().setBreakpoints(steps.breakpoints());
    }
    installObserver();
    listener.stopped(why);
  }

  /** The vCPU sleeps: until an interrupt, or for ever. */
  private void idle() throws InterruptedException {
    long started = System.nanoTime();
    Machine.Idle next = machine.idle(inputs > 0);
    switch (next) {
      case Machine.Idle.Awake() -> {}
      case Machine.Idle.Wait(long nanos) -> {
        Runnable task =
            nanos == Long.MAX_VALUE ? tasks.take() : tasks.poll(nanos, TimeUnit.NANOSECONDS);
        if (task != null) {
          task.run();
        }
      }
      case Machine.Idle.Forever(String why) -> end(new GuestEnd.CannotContinue(why));
    }
    timer.slept(System.nanoTime() - started);
    if (!machine.isHalted() && hooks.watchesExits()) {
      VmExit halted = timer.takeHalted();
      if (halted != null) {
        hooks.entry(machine.vcpu(), halted, timer.sinceExit(), timer.takeIdle());
      }
    }
  }

  private void installObserver() {
    boolean wanted = hooks.watchesProcessor() || steps.isStepping();
    machine.vcpu().setObserver(wanted ? new Observer() : null);
  }

  /** What the processor tells of itself, for the hooks and for a step in progress. */
  private final class Observer implements VcpuObserver {
    @Override
    public HookAction ringTransition(RingTransition transition) {
      return answer(hooks.ringTransition(machine.vcpu(), transition));
    }

    @Override
    public HookAction eventDelivery(EventDelivery event) {
      steps.delivered(event);
      return answer(hooks.eventDelivery(machine.vcpu(), event));
    }

    private HookAction answer(@Nullable Object token) {
      if (token == null) {
        return HookAction.CONTINUE;
      }
      stopToken = token;
      return HookAction.STOP;
    }
  }
}
