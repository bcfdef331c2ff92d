package dev.ringside.dap;

import dev.ringside.dap.message.StatusEvent;
import dev.ringside.debug.DebugSession;
import dev.ringside.debug.SessionListener;
import dev.ringside.debug.StopEvent;
import dev.ringside.debug.frame.SourcePosition;
import dev.ringside.vmm.GuestEnd;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.lsp4j.debug.ContinuedEventArguments;
import org.eclipse.lsp4j.debug.ExitedEventArguments;
import org.eclipse.lsp4j.debug.OutputEventArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.TerminatedEventArguments;
import org.jspecify.annotations.Nullable;

/**
 * What the client hears of unasked. The engine calls in on the target's thread, which only posts;
 * everything is sent on the session's thread, so that an event never overtakes the response of the
 * request that caused it.
 */
final class Events implements SessionListener {
  /** More log messages than that waiting mean a client that does not read; the rest is lost. */
  private static final int MOST_UNTOLD = 10_000;

  private final Session session;
  private final RingsideClient client;
  private volatile boolean silent;
  private volatile boolean requested;

  private final AtomicInteger untold = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();

  /** Counts restarts: what a guest said before one is not told behind it. */
  private final AtomicInteger life = new AtomicInteger();

  private boolean terminated;
  private boolean statusAsked;
  private @Nullable StopEvent told;

  /** How the guest ended. */
  private @Nullable String end;

  Events(Session session, RingsideClient client) {
    this.session = session;
    this.client = client;
  }

  RingsideClient client() {
    return client;
  }

  /** Nothing of the guest is told any more. */
  void silence() {
    silent = true;
  }

  /** Carries out something whose response itself says that the guest runs. */
  void withoutContinued(Runnable work) {
    requested = true;
    try {
      work.run();
    } finally {
      requested = false;
    }
  }

  private void post(Runnable work) {
    int now = life.get();
    if (!silent) {
      session
          .connection()
          .post(
              () -> {
                if (!silent && now == life.get()) {
                  work.run();
                }
              });
    }
  }

  @Override
  public void stopped(StopEvent stop) {
    post(() -> sendStopped(stop));
  }

  /** Tells of a stop, unless it has been told already. On the session's thread. */
  @SuppressWarnings("ReferenceEquality") // The same stop, not one like it.
  void sendStopped(StopEvent stop) {
    if (stop == told) {
      return;
    }
    told = stop;
    StoppedEventArguments event = new StoppedEventArguments();
    event.setReason(StopReasons.dap(stop.reason()));
    event.setDescription(stop.reason().description());
    event.setThreadId(stop.vcpu() + 1);
    event.setAllThreadsStopped(true);
    StopReasons.detail(stop.reason()).ifPresent(event::setText);
    if (!stop.reason().breakpointIds().isEmpty()) {
      event.setHitBreakpointIds(stop.reason().breakpointIds().toArray(new Integer[0]));
    }
    client.stopped(event);
    if (statusWanted()) {
      client.status(status());
    }
  }

  /** The client has shown that it knows {@code ringside/status}. */
  void statusAsked() {
    statusAsked = true;
  }

  private boolean statusWanted() {
    return statusAsked || !session.features().standardEventsOnly();
  }

  @Override
  public void continued() {
    if (requested) {
      post(() -> status("running", ""));
      return;
    }
    post(
        () -> {
          ContinuedEventArguments event = new ContinuedEventArguments();
          event.setThreadId(1);
          event.setAllThreadsContinued(true);
          client.continued(event);
          status("running", "");
        });
  }

  @Override
  public void ended(GuestEnd how) {
    post(
        () -> {
          switch (how) {
            case GuestEnd.PowerOff p -> {}
            case GuestEnd.Reset r -> {}
            case GuestEnd.DebugExit d -> {}
            case GuestEnd.TripleFault(String report) ->
                output(OutputCategory.STDERR, "triple fault\n" + report.stripTrailing() + "\n");
            case GuestEnd.CannotContinue(String message) ->
                output(OutputCategory.STDERR, message.stripTrailing() + "\n");
          }
          session.writeProfile();
          end = how.message();
          status("ended", how.message());
          ExitedEventArguments exited = new ExitedEventArguments();
          exited.setExitCode(how.exitStatus());
          client.exited(exited);
          terminated();
        });
  }

  /** Says that there is nothing to debug any more; once. */
  void terminated() {
    if (!terminated) {
      terminated = true;
      client.terminated(new TerminatedEventArguments());
    }
  }

  /** After a restart: the end may come again. */
  void revived() {
    life.incrementAndGet();
    untold.set(0); // What waits is not told any more.
    terminated = false;
    end = null;
  }

  @Override
  public void output(String text, Optional<SourcePosition> position) {
    if (untold.incrementAndGet() > MOST_UNTOLD) {
      untold.decrementAndGet();
      lost.incrementAndGet();
      return;
    }
    post(
        () -> {
          untold.decrementAndGet();
          OutputEventArguments event = new OutputEventArguments();
          event.setCategory(OutputCategory.CONSOLE.dapName());
          event.setOutput(text);
          position.ifPresent(
              at -> {
                event.setSource(Sources.of(at));
                event.setLine(session.features().toClientLine(at.line()));
              });
          client.output(event);
          tellLost();
        });
  }

  private void tellLost() {
    long count = untold.get() == 0 ? lost.getAndSet(0) : 0;
    if (count > 0) {
      output(
          OutputCategory.STDERR,
          count + " log messages were lost: the client reads more slowly than they come\n");
    }
  }

  /** On the session's thread. */
  void output(OutputCategory category, String text) {
    OutputEventArguments event = new OutputEventArguments();
    event.setCategory(category.dapName());
    event.setOutput(text);
    client.output(event);
  }

  private void status(String state, String description) {
    if (session.hasDebuggee() && statusWanted()) {
      client.status(StatusEvent.plain(state, description, session.debuggee().backend()));
    }
  }

  /** How the guest is right now; asks its first vCPU. */
  StatusEvent status() {
    DebugSession debug = session.debug();
    Optional<StopEvent> stop = debug.stop();
    String how = end;
    String state = how != null ? "ended" : stop.isPresent() ? "stopped" : "running";
    String description = how != null ? how : stop.map(s -> s.reason().description()).orElse("");
    String backend = session.debuggee().backend();
    return debug
        .target()
        .onVcpu(
            0,
            view ->
                new StatusEvent(
                    state,
                    description,
                    backend,
                    view.cpu().mode().label(),
                    view.cpu().cpl(),
                    debug.target().vcpus(),
                    view.instructions() < 0 ? null : view.instructions(),
                    debug.target().exits()));
  }
}
