package dev.ringside.dap;

import dev.ringside.dap.message.StatusArguments;
import dev.ringside.dap.message.StatusEvent;
import dev.ringside.dap.wire.Command;
import java.util.List;

/** {@code ringside/status}, and its events while the guest runs. */
final class StatusRequests {
  /** At most four events a second. */
  private static final long PERIOD_MILLIS = 250;

  private final Session session;
  private final Ticker ticker;

  StatusRequests(Session session) {
    this.session = session;
    this.ticker = new Ticker(session, "ringside-dap-status", PERIOD_MILLIS, this::tick);
  }

  List<Command<?>> commands() {
    return List.of(
        Command.optional(
            "ringside/status",
            StatusArguments.class,
            () -> new StatusArguments(null),
            this::status));
  }

  private StatusEvent status(StatusArguments arguments) {
    StatusEvent now = session.events().status();
    session.events().statusAsked();
    if (arguments.events() != null) {
      ticker.run(arguments.events());
    }
    return now;
  }

  private void tick() {
    if (session.debug().isRunning()) {
      session.events().client().status(session.events().status());
    }
  }
}
