package dev.ringside.vmm.device;

/**
 * Guest time and what is due when. The machine makes one a virtual machine and runs due alarms
 * between two instructions, on the thread that runs the vCPUs. Under the deterministic clock, time
 * is a function of the instruction count.
 */
public interface Timeline {
  /** Guest time since power-on, in nanoseconds. */
  long now();

  /**
   * Runs the action once guest time reaches {@code at} (at once if that has passed, but never
   * within this call).
   *
   * @return a handle that withdraws it
   */
  Alarm schedule(long at, Runnable action);

  /** Something scheduled. */
  interface Alarm {
    /** Withdraws it; no effect if it has run. */
    void cancel();
  }
}
