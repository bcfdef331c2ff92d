package dev.ringside.dap;

import com.google.gson.JsonElement;
import dev.ringside.dap.message.ProfileArguments;
import dev.ringside.dap.message.ProfileEvent;
import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import org.jspecify.annotations.Nullable;

/** {@code ringside/profile}, and its events: a timer's thread posts, the session's thread sends. */
final class ProfileRequests {
  /** At most five events a second. */
  private static final long PERIOD_MILLIS = 200;

  private final Session session;
  private @Nullable Timer timer;

  ProfileRequests(Session session) {
    this.session = session;
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
      stopEvents();
      if (arguments.events()) {
        startEvents();
      }
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

  private void startEvents() {
    Timer started = new Timer("ringside-dap-profile", true);
    started.schedule(
        new TimerTask() {
          @Override
          public void run() {
            session.connection().post(ProfileRequests.this::tick);
          }
        },
        PERIOD_MILLIS,
        PERIOD_MILLIS);
    timer = started;
    session.onLeave(this::stopEvents);
  }

  private void tick() {
    if (timer != null && session.hasDebuggee()) {
      session
          .debuggee()
          .profiling()
          .changes()
          .ifPresent(changes -> session.events().client().profile(new ProfileEvent(changes)));
    }
  }

  private void stopEvents() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
