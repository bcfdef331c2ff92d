package dev.ringside.dap;

import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Does something on the session's thread again and again. Beats do not queue up: while one waits
 * because the client reads slowly, the next ones are left out. Confined to the session's thread.
 */
final class Ticker {
  private final Session session;
  private final String name;
  private final long periodMillis;
  private final Runnable work;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private @Nullable Timer timer;

  /**
   * Stands still at first.
   *
   * @param name of its thread
   */
  Ticker(Session session, String name, long periodMillis, Runnable work) {
    this.session = session;
    this.name = name;
    this.periodMillis = periodMillis;
    this.work = work;
  }

  /** Starts or stops it; it stops with the session too. */
  void run(boolean on) {
    if (on == (timer != null)) {
      return;
    }
    if (on) {
      Timer started = new Timer(name, true);
      started.schedule(
          new TimerTask() {
            @Override
            public void run() {
              if (waiting.compareAndSet(false, true)) {
                session.connection().post(Ticker.this::beat);
              }
            }
          },
          periodMillis,
          periodMillis);
      timer = started;
      session.onLeave(() -> run(false));
    } else if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void beat() {
    waiting.set(false);
    if (timer != null && session.hasDebuggee()) {
      work.run();
    }
  }
}
