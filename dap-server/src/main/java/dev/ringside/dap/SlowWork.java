package dev.ringside.dap;

import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.symbols.model.Progress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.eclipse.lsp4j.debug.ProgressEndEventArguments;
import org.eclipse.lsp4j.debug.ProgressStartEventArguments;
import org.eclipse.lsp4j.debug.ProgressUpdateEventArguments;
import org.jspecify.annotations.Nullable;

/**
 * Work that may take long, done on a thread of its own while the session's thread shows progress
 * once half a second is over, to clients that know progress.
 */
final class SlowWork {
  private static final long PATIENCE_MILLIS = 500;
  private static final long UPDATE_MILLIS = 250;
  private static final AtomicInteger LAST = new AtomicInteger();

  private final Session session;
  private final String title;
  private final String id = "ringside-" + LAST.incrementAndGet();
  private volatile String task = "";
  private volatile double percentage;

  SlowWork(Session session, String title) {
    this.session = session;
    this.title = title;
  }

  /** Does it, and returns its result; on the session's thread. */
  <T> T run(Function<Progress, T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread worker =
        new Thread(
            () -> {
              try {
                result.complete(work.apply(this::report));
              } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
              }
            },
            "ringside-dap-worker");
    worker.setDaemon(true);
    worker.start();
    boolean shown = false;
    try {
      while (true) {
        try {
          return result.get(shown ? UPDATE_MILLIS : PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          shown = show(shown);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProtocolError.Cancelled();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new CompletionException(e.getCause());
    } finally {
      if (shown) {
        ProgressEndEventArguments end = new ProgressEndEventArguments();
        end.setProgressId(id);
        session.events().client().progressEnd(end);
      }
    }
  }

  private void report(String newTask, long done, long total) {
    task = newTask;
    percentage = total <= 0 ? 0 : Math.clamp(100.0 * done / total, 0, 100);
  }

  private boolean show(boolean shown) {
    if (!session.features().progress()) {
      return false;
    }
    if (session.connection().isCancelled(id)) {
      throw new ProtocolError.Cancelled();
    }
    if (shown) {
      ProgressUpdateEventArguments update = new ProgressUpdateEventArguments();
      update.setProgressId(id);
      update.setMessage(message());
      update.setPercentage(percentage);
      session.events().client().progressUpdate(update);
      return true;
    }
    ProgressStartEventArguments start = new ProgressStartEventArguments();
    start.setProgressId(id);
    start.setTitle(title);
    start.setCancellable(true);
    start.setMessage(message());
    session.events().client().progressStart(start);
    return true;
  }

  private @Nullable String message() {
    return task.isEmpty() ? null : task;
  }
}
