package dev.ringside.vmm.soft;

import static dev.ringside.vmm.x86.ControlBits.FLAG_IF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_RF;
import static dev.ringside.vmm.x86.ControlBits.FLAG_TF;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.control.StopCause;
import dev.ringside.vmm.control.Watchpoint;
import dev.ringside.vmm.vmx.ExitReason;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What happens between two instructions (SDM vol. 3A, 6.9; vol. 3C, 26.2 and 26.5.2): debug traps,
 * injected events, windows, the monitor trap flag, halting, instruction breakpoints, shadows, in
 * their order of priority.
 *
 * <p>Confined to the vCPU's thread, but for {@link #kick}.
 */
final class Boundary implements Interpreter.Events {
  private static final int SHADOWS = Processor.BLOCKED_BY_STI | Processor.BLOCKED_BY_MOV_SS;

  private final Processor c;
  private final Units units;
  private final AtomicBoolean kicked = new AtomicBoolean();
  private @Nullable CpuState state;
  private boolean monitorTrapPending;
  private boolean tprExitPending;

  Boundary(Units units) {
    this.c = units.c;
    this.units = units;
  }

  /** What the conditions of watchpoints see. */
  void conditionsSee(CpuState cpu) {
    state = cpu;
  }

  /** From any thread: asks for the vCPU back. */
  void kick() {
    kicked.setOpaque(true);
  }

  @Override
  public boolean takeKick() {
    return kicked.getOpaque() && kicked.getAndSet(false);
  }

  @Override
  public void deliver(GuestFault fault) {
    units.delivery.fault(fault);
    if (units.vmx.controls.monitorTrap) {
      monitorTrap();
    }
  }

  @Override
  public VmExit finish(ExitSignal signal, int instructionLength) {
    return units.vmx.finish(signal, instructionLength);
  }

  /** MOV to CR8 went below the TPR threshold: an exit once the instruction is complete. */
  void tprBelowThreshold() {
    tprExitPending = true;
    c.attention |= Attention.STOP;
  }

  /** The monitor trap flag is due at the next boundary. */
  void monitorTrap() {
    monitorTrapPending = true;
    c.attention |= Attention.MONITOR_TRAP;
  }

  /** Sets the bits of {@link Processor#attention} that follow from state and controls. */
  void recompute() {
    VmxControls controls = units.vmx.controls;
    int attention = c.attention & (Attention.STOP | Attention.EVENT);
    if ((c.blocking & SHADOWS) != 0) {
      attention |= Attention.SHADOW;
    }
    if ((c.systemFlags & FLAG_TF) != 0) {
      attention |= Attention.TRAP_FLAG;
    }
    if (controls.interruptWindow && (c.systemFlags & FLAG_IF) != 0) {
      attention |= Attention.INTERRUPT_WINDOW;
    }
    if (controls.nmiWindow && (c.blocking & Processor.BLOCKED_BY_NMI) == 0) {
      attention |= Attention.NMI_WINDOW;
    }
    if (controls.monitorTrap || monitorTrapPending) {
      attention |= Attention.MONITOR_TRAP;
    }
    if (c.activity != Processor.ACTIVE) {
      attention |= Attention.INACTIVE;
    }
    if (c.pendingDebug != 0) {
      attention |= Attention.PENDING_DEBUG;
    }
    if ((c.systemFlags & FLAG_RF) != 0 || units.debug.watchesExecution()) {
      attention |= Attention.DEBUG_REGISTERS;
    }
    c.attention = attention;
  }

  @Override
  public @Nullable RunResult attend(Interpreter interpreter) {
    if (units.watches.hasHits()) {
      watched(units.watches.takeHits());
    }
    StopCause stop = units.observation.takeStop();
    if (stop != null) {
      recompute();
      return new RunResult.Stopped(stop);
    }
    if (tprExitPending) {
      tprExitPending = false;
      throw units.vmx.event(ExitReason.TPR_BELOW_THRESHOLD);
    }
    if (units.delivery.isWaiting()) {
      units.delivery.deliverWaiting();
      if (units.vmx.controls.monitorTrap) {
        monitorTrap();
      }
      recompute();
      return null;
    }
    events();
    if (c.activity != Processor.ACTIVE) {
      return halted();
    }
    recompute();
    if (c.attention == 0) {
      return null;
    }
    if ((c.attention & (Attention.STOP | Attention.EVENT)) != 0) {
      return null;
    }
    return single(interpreter);
  }

  /** Exits and traps that are due before the next instruction, by priority. */
  private void events() {
    VmxControls controls = units.vmx.controls;
    if (monitorTrapPending) {
      monitorTrapPending = false;
      throw units.vmx.event(ExitReason.MONITOR_TRAP_FLAG);
    }
    boolean movSs = (c.blocking & Processor.BLOCKED_BY_MOV_SS) != 0;
    if (c.pendingDebug != 0 && !movSs) {
      int bits = c.pendingDebug;
      c.pendingDebug = 0;
      units.delivery.fault(units.debug.exception(bits));
      return;
    }
    if (controls.nmiWindow && (c.blocking & Processor.BLOCKED_BY_NMI) == 0 && !movSs) {
      throw units.vmx.event(ExitReason.NMI_WINDOW);
    }
    if (controls.interruptWindow && units.vmx.interruptible()) {
      throw units.vmx.event(ExitReason.INTERRUPT_WINDOW);
    }
  }

  /** A processor that waits for an event: guest time passes until the run's limit. */
  private RunResult halted() {
    recompute();
    if (takeKick()) {
      return new RunResult.Kicked();
    }
    if (c.instructionLimit == Long.MAX_VALUE) {
      return new RunResult.Failed("the vCPU is halted, and no event can wake it");
    }
    c.instructions = Math.max(c.instructions, c.instructionLimit);
    return new RunResult.LimitReached();
  }

  /** Runs one instruction by itself, with what TF, RF and the shadows ask for after it. */
  private @Nullable RunResult single(Interpreter interpreter) {
    if (takeKick()) {
      return new RunResult.Kicked();
    }
    if (c.instructions >= c.instructionLimit) {
      return new RunResult.LimitReached();
    }
    int breakpoints = units.debug.execution(c.linearRip());
    if (breakpoints != 0) {
      units.delivery.fault(units.debug.exception(breakpoints));
      recompute();
      return null;
    }
    RunResult atBreakpoint = interpreter.atBreakpoint(c.linearRip());
    if (atBreakpoint != null) {
      return atBreakpoint;
    }
    return step(interpreter);
  }

  /** Runs the exiting instruction for the monitor, with what is due after it. */
  @Nullable RunResult emulate(Interpreter interpreter) {
    return step(interpreter);
  }

  private @Nullable RunResult step(Interpreter interpreter) {
    int shadows = c.blocking & SHADOWS;
    boolean trap = (c.systemFlags & FLAG_TF) != 0;
    int resume = c.systemFlags & FLAG_RF;
    int deliveries = c.deliveries;
    int cpl = c.cpl;
    c.systemFlags &= ~FLAG_RF;
    RunResult result = interpreter.runAlone();
    if (result != null) {
      c.systemFlags |= resume;
      return result;
    }
    boolean completed = deliveries == c.deliveries && !units.delivery.isWaiting();
    if (completed) {
      c.blocking &= ~shadows;
      // SYSCALL takes TF away before the trap (its mask), SYSENTER does not.
      boolean masked = cpl > c.cpl && (c.systemFlags & FLAG_TF) == 0;
      if (trap && !masked) {
        units.debug.pend(DebugRegisters.DR6_BS);
      }
      if (units.vmx.controls.monitorTrap) {
        monitorTrap();
      }
    }
    recompute();
    return null;
  }

  /** The monitor has completed an instruction: shadows end, and traps after it are due. */
  void completed() {
    c.blocking &= ~SHADOWS;
    c.systemFlags &= ~FLAG_RF;
    if ((c.systemFlags & FLAG_TF) != 0) {
      units.debug.pend(DebugRegisters.DR6_BS);
    }
    if (units.vmx.controls.monitorTrap) {
      monitorTrap();
    }
    recompute();
  }

  @Override
  public void watched(List<Watches.Hit> hits) {
    for (Watches.Hit hit : hits) {
      Watchpoint w = hit.watchpoint();
      if (w.id() < 0) {
        units.debug.pend(1 << (-1 - w.id()));
      } else if (state != null && w.condition().stopsAt(state)) {
        units.observation.stop(
            new StopCause.AtWatchpoint(
                w.id(), w.linearAddress(), hit.write(), hit.before(), hit.after()));
      }
    }
  }
}
