package dev.ringside.dap;

import com.google.gson.JsonElement;
import dev.ringside.dap.message.ProfileArguments;
import dev.ringside.dap.message.ProfileEvent;
import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import java.util.List;

/** {@code ringside/profile}, and its events. */
final class ProfileRequests {
  /** At most five events a second. */
  private static final long PERIOD_MILLIS = 200;

  private final Session session;
  private final Ticker ticker;

  ProfileRequests(Session session) {
    this.session = session;
    this.ticker = new Ticker(session, "ringside-dap-profile", PERIOD_MILLIS, this::tick);
  }

  List<Command<?>> commands() {
    return List.of(
        Command.optional(
            "ringside/profile",
            ProfileArguments.class,
            () -> new ProfileArguments(null, null),
            this::profile));
  }

  private JsonElement profile(ProfileArguments arguments) {
    Profiling profiling = session.debuggee().profiling();
    if (arguments.enable() != null) {
      if (arguments.enable()) {
        profiling.start();
      } else {
        profiling.stop();
      }
    }
    if (arguments.events() != null) {
      ticker.run(arguments.events());
    }
    return profiling
        .json()
        .orElseGet(
            () -> {
              if (arguments.enable() != null && !arguments.enable()) {
                return new com.google.gson.JsonObject();
              }
              throw new ProtocolError.WrongState(
                  "nothing is profiled; send {\"enable\": true} first");
            });
  }

  private void tick() {
    session
        .debuggee()
        .profiling()
        .changes()
        .ifPresent(changes -> session.events().client().profile(new ProfileEvent(changes)));
  }
}
