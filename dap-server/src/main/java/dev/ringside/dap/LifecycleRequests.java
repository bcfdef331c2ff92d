package dev.ringside.dap;

import dev.ringside.dap.wire.Command;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.StopEvent;
import dev.ringside.debug.breakpoint.BreakpointState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.lsp4j.debug.BreakpointEventArguments;
import org.eclipse.lsp4j.debug.BreakpointEventArgumentsReason;
import org.eclipse.lsp4j.debug.CancelArguments;
import org.eclipse.lsp4j.debug.Capabilities;
import org.eclipse.lsp4j.debug.ConfigurationDoneArguments;
import org.eclipse.lsp4j.debug.DisconnectArguments;
import org.eclipse.lsp4j.debug.InitializeRequestArguments;
import org.eclipse.lsp4j.debug.TerminateArguments;
import org.jspecify.annotations.Nullable;

/** A session's beginning and end. */
final class LifecycleRequests {
  private final Session session;
  private final Origin origin;
  private boolean configured;

  /** The attributes that the guest was launched with. */
  private Map<String, Object> launched = Map.of();

  LifecycleRequests(Session session, Origin origin) {
    this.session = session;
    this.origin = origin;
  }

  List<Command<?>> commands() {
    return List.of(
        Command.of("initialize", InitializeRequestArguments.class, this::initialize),
        Command.optional("launch", Map.class, HashMap::new, this::launch),
        Command.optional("attach", Map.class, HashMap::new, this::attach),
        Command.optional(
            "configurationDone",
            ConfigurationDoneArguments.class,
            ConfigurationDoneArguments::new,
            a -> configurationDone()),
        Command.optional("restart", Map.class, HashMap::new, this::restart),
        Command.optional(
            "terminate", TerminateArguments.class, TerminateArguments::new, a -> terminate()),
        Command.optional(
            "disconnect", DisconnectArguments.class, DisconnectArguments::new, this::disconnect),
        Command.optional("cancel", CancelArguments.class, CancelArguments::new, a -> null));
  }

  private Capabilities initialize(InitializeRequestArguments arguments) {
    if ("uri".equals(arguments.getPathFormat())) {
      throw new ProtocolError.BadArguments("pathFormat 'uri' is not supported; use 'path'");
    }
    session.initialize(ClientFeatures.of(arguments));
    return Advertised.capabilities();
  }

  private @Nullable Object launch(Map<?, ?> arguments) {
    launched = attributes(arguments);
    return start(() -> origin.launch(session, launched));
  }

  private @Nullable Object attach(Map<?, ?> arguments) {
    return start(() -> origin.attach(session, attributes(arguments)));
  }

  private static Map<String, Object> attributes(Map<?, ?> arguments) {
    Map<String, Object> attributes = new HashMap<>();
    arguments.forEach((name, value) -> attributes.put(String.valueOf(name), value));
    return attributes;
  }

  @FunctionalInterface
  private interface Opening {
    Debuggee open();
  }

  private @Nullable Object start(Opening opening) {
    session.begin();
    try {
      session.started(opening.open());
    } catch (ProtocolError e) {
      session.connection().afterResponse(session.events()::terminated);
      throw e;
    }
    session.connection().afterResponse(session.events().client()::initialized);
    Debuggee guest = session.debuggee();
    if (guest.noDebug()) {
      // Nothing remains to be configured, and Eclipse's Run never says that it is.
      session.connection().afterResponse(() -> run(guest));
    }
    return null;
  }

  private @Nullable Object configurationDone() {
    Debuggee guest = session.debuggee();
    if (configured) {
      throw new ProtocolError.WrongState("'configurationDone' came twice");
    }
    configured = true;
    if (guest.noDebug()) {
      return null;
    }
    if (guest.launched() && !guest.stopOnEntry()) {
      session.connection().afterResponse(() -> run(guest));
    } else {
      session
          .connection()
          .afterResponse(
              () -> guest.debug().stop().ifPresent(stop -> session.events().sendStopped(stop)));
    }
    return null;
  }

  private void run(Debuggee guest) {
    session.events().withoutContinued(guest.debug()::resume);
  }

  private @Nullable Object restart(Map<?, ?> arguments) {
    Debuggee guest = session.debuggee();
    if (guest.launched()) {
      guest = relaunch(guest, arguments);
    } else {
      session.events().revived();
      guest.debug().restart();
    }
    Debuggee restarted = guest;
    if (guest.stopOnEntry()) {
      StopEvent stop = guest.debug().stop().orElseThrow();
      session.connection().afterResponse(() -> session.events().sendStopped(stop));
    } else {
      session.connection().afterResponse(() -> run(restarted));
    }
    return null;
  }

  /**
   * A new guest in the place of the old one, from the files as they are now; if it cannot be had,
   * the old one stays.
   */
  private Debuggee relaunch(Debuggee old, Map<?, ?> arguments) {
    Map<String, Object> wanted = new HashMap<>();
    if (arguments.get("arguments") instanceof Map<?, ?> given) {
      wanted = attributes(given);
    }
    if (!wanted.containsKey("program")) {
      Map<String, Object> all = new HashMap<>(launched);
      all.putAll(wanted);
      wanted = all;
    }
    session.writeProfile();
    Debuggee fresh = origin.launch(session, wanted);
    launched = wanted;
    old.debug().setListener(null);
    List<BreakpointState> moved = fresh.debug().adopt(old.debug());
    session.events().revived();
    session.replaced(fresh);
    old.leave(true);
    for (BreakpointState state : moved) {
      BreakpointEventArguments event = new BreakpointEventArguments();
      event.setReason(BreakpointEventArgumentsReason.CHANGED);
      event.setBreakpoint(BreakpointRequests.shown(session, state));
      session.connection().afterResponse(() -> session.events().client().breakpoint(event));
    }
    return fresh;
  }

  private @Nullable Object terminate() {
    session.debug().terminate();
    return null;
  }

  private @Nullable Object disconnect(DisconnectArguments arguments) {
    session.leave(arguments.getTerminateDebuggee());
    session.connection().afterResponse(session.connection()::finish);
    return null;
  }
}
