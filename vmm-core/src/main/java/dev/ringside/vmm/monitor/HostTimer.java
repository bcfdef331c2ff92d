package dev.ringside.vmm.monitor;

import dev.ringside.vmm.VmExit;
import org.jspecify.annotations.Nullable;

/** Host time from exit to entry, on the monotonic clock, without debugger stops and idle sleep. */
final class HostTimer {
  private long exitAt;
  private long stoppedAt;
  private long idle;
  private @Nullable VmExit halted;

  void exited() {
    exitAt = System.nanoTime();
    idle = 0;
  }

  void stopped() {
    stoppedAt = System.nanoTime();
  }

  /** The debugger let go: what it took is not trap cost. */
  void resumed() {
    if (stoppedAt != 0) {
      exitAt += System.nanoTime() - stoppedAt;
      stoppedAt = 0;
    }
  }

  /** The vCPU went to sleep while this exit was handled. */
  void halted(VmExit exit) {
    halted = exit;
  }

  @Nullable VmExit takeHalted() {
    VmExit exit = halted;
    halted = null;
    return exit;
  }

  void slept(long nanos) {
    idle += nanos;
  }

  long takeIdle() {
    long nanos = idle;
    idle = 0;
    return nanos;
  }

  /** Nanoseconds since the exit, idle sleep excluded. */
  long sinceExit() {
    return Math.max(0, System.nanoTime() - exitAt - idle);
  }
}
