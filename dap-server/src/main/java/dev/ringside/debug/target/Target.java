package dev.ringside.debug.target;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.Stepper;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.control.BreakpointSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A guest that can be stopped and looked at. Every method may be called from any thread; views are
 * confined to the call that hands them out.
 */
public interface Target extends AutoCloseable {
  /** How many vCPUs there are. */
  int vcpus();

  /** Whether the guest runs right now. */
  boolean isRunning();

  /** Lets the guest run; no effect if it runs or has ended. */
  void resume();

  /** Lets the guest run as the stepper says, on one vCPU; the others run along. */
  void resume(int vcpu, Stepper stepper);

  /** Stops the guest soon; the listener hears when. */
  void pause();

  /** Ends the guest at once. */
  void powerOff();

  /** Boots the guest again; it then stands at its first instruction. */
  void restart();

  /**
   * Calls the function between two instructions of a vCPU, whether the guest runs or stands, and
   * returns its result. On that vCPU's own thread it is called directly.
   */
  <T extends @Nullable Object> T onVcpu(int vcpu, Function<GuestView, T> function);

  /** The view that belongs to processor state handed to a condition, hook or stepper. */
  GuestView viewOf(CpuState state);

  /** Replaces all breakpoints and watchpoints; they apply before this returns. */
  void setBreakpoints(BreakpointSet breakpoints);

  /** Who is asked at each event from now on; null for nobody. */
  void setEventFilter(@Nullable EventFilter filter);

  /** The last VM exits, oldest first. */
  List<VmExit> recentExits();

  /** How many VM exits there have been since power-on. */
  long exits();

  /** Feeds bytes to the guest's first serial port. */
  void serialInput(byte[] bytes);

  /** Who hears of stops and the end. */
  void setListener(TargetListener listener);

  /** Lets go of the guest; for a machine of ours this ends it. */
  @Override
  void close();
}
