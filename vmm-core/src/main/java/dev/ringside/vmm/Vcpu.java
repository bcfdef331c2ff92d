package dev.ringside.vmm;

import dev.ringside.vmm.control.BreakpointSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual processor. Everything but {@link #kick} and {@link #id} is confined to the vCPU's own
 * thread.
 *
 * <p>The monitor's loop: {@link #run}; on {@link RunResult.Exited} handle the exit and complete it
 * with exactly one of {@link #skipInstruction}, {@link #emulate}, {@link #finishMsrRead}, {@link
 * #finishMsrWrite}, {@link #injectException} or, for exits that no instruction caused, nothing;
 * then run again.
 */
public interface Vcpu extends CpuState, AutoCloseable {
  /** The vCPU's number, from 0. */
  int id();

  /** VM entry; runs the guest until something on {@link RunResult}'s list happens. */
  RunResult run(RunLimit limit);

  /**
   * From any thread: makes {@link #run}, now or at its next call, come back with {@link
   * RunResult.Kicked} soon.
   */
  void kick();

  /**
   * Completed instructions since reset, exiting ones included, a REP once an iteration; -1 if not
   * counted.
   */
  long instructions();

  /** The breakpoints and watchpoints that apply from the next {@link #run} on. */
  void setBreakpoints(BreakpointSet breakpoints);

  /** Who is told of ring transitions and event deliveries; null for nobody. */
  void setObserver(@Nullable VcpuObserver observer);

  /**
   * The last events (at most 16, oldest first) that the guest took; empty where the processor
   * cannot see them.
   */
  List<EventDelivery> recentEvents();

  VmcsView vmcs();

  /** Completes the exit by advancing RIP over the exiting instruction and counting it. */
  void skipInstruction();

  /**
   * Completes an exit by executing the exiting instruction as it would run without the exit, with
   * its port and MMIO accesses going to the bus: I/O, MMIO, control and debug registers, XSETBV,
   * WBINVD, task switches and the like. A REP string instruction runs one iteration, so that the
   * next exits again. It may end in an exception of the guest's, which is then delivered at the
   * next entry.
   */
  void emulate(PhysicalBus bus);

  /** Completes RDMSR: EDX:EAX = value. */
  void finishMsrRead(long value);

  /** Completes WRMSR. */
  void finishMsrWrite();

  /** Completes the exit by an exception at the exiting instruction, through VM-entry injection. */
  void injectException(int vector, boolean hasErrorCode, int errorCode);

  /**
   * Whether an external interrupt could be injected now (IF set, no blocking, nothing injected
   * yet).
   */
  boolean canTakeInterrupt();

  /** Injects an external interrupt at the next VM entry; only when {@link #canTakeInterrupt}. */
  void injectInterrupt(int vector);

  /** Whether an NMI could be injected now. */
  boolean canTakeNmi();

  /** Injects an NMI at the next VM entry; only when {@link #canTakeNmi}. */
  void injectNmi();

  /** Sets or clears interrupt-window exiting. */
  void requestInterruptWindow(boolean wanted);

  /**
   * Lets the vCPU's time stamp counter run ahead by that many ticks: guest time passed without
   * instructions.
   */
  void skipTime(long ticks);

  /**
   * Translates a linear address as a supervisor read of this vCPU would, without side effects (no
   * accessed bits, no faults).
   *
   * @return the guest-physical address, or -1 if the address is not mapped
   */
  long translate(long linear);

  @Override
  void close();
}
