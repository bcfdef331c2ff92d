package dev.ringside.vmm.monitor;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Kicks a vCPU whose instructions are not counted when a device deadline comes in host time. Owns a
 * daemon thread, started with the first alarm.
 */
final class AlarmClock implements AutoCloseable {
  private final Runnable kick;
  private @Nullable ScheduledThreadPoolExecutor executor;
  private @Nullable ScheduledFuture<?> alarm;
  private long armedFor = Long.MAX_VALUE;

  AlarmClock(Runnable kick) {
    this.kick = kick;
  }

  /**
   * Sets the one alarm there is, for a time in nanoseconds on the clock that now reads {@code now}.
   */
  void wakeAt(long at, long now) {
    if (at == armedFor && alarm != null && !alarm.isDone()) {
      return;
    }
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
    armedFor = at;
    if (at != Long.MAX_VALUE) {
      alarm = executor().schedule(kick, Math.max(0, at - now), TimeUnit.NANOSECONDS);
    }
  }

  private ScheduledThreadPoolExecutor executor() {
    ScheduledThreadPoolExecutor e = executor;
    if (e == null) {
      e =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread thread = new Thread(task, "ringside-deadlines");
                thread.setDaemon(true);
                return thread;
              });
      e.setRemoveOnCancelPolicy(true);
      executor = e;
    }
    return e;
  }

  @Override
  public void close() {
    ScheduledThreadPoolExecutor e = executor;
    if (e != null) {
      e.shutdownNow();
    }
  }
}
