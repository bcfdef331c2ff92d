package dev.ringside.dap;

import dev.ringside.dap.wire.Connection;
import dev.ringside.dap.wire.ProtocolError;
import dev.ringside.debug.DebugSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the handlers of one client's requests share. Confined to the session's thread. */
final class Session {
  private final Connection connection;
  private final Events events;
  private final Sources sources;
  private final Edits edits;
  private ClientFeatures features = ClientFeatures.PLAIN;
  private boolean initialized;
  private boolean starting;
  private boolean over;
  private @Nullable Debuggee debuggee;
  private final List<Runnable> onLeave = new ArrayList<>();

  Session(Connection connection) {
    this.connection = connection;
    this.events = new Events(this, connection.client(RingsideClient.class));
    this.sources = new Sources(this);
    this.edits = new Edits(this);
  }

  Connection connection() {
    return connection;
  }

  Events events() {
    return events;
  }

  Sources sources() {
    return sources;
  }

  Edits edits() {
    return edits;
  }

  ClientFeatures features() {
    return features;
  }

  void initialize(ClientFeatures client) {
    if (initialized) {
      throw new ProtocolError.WrongState("'initialize' came twice");
    }
    initialized = true;
    features = client;
  }

  /** Checks that a launch or attach may begin. */
  void begin() {
    if (!initialized) {
      throw new ProtocolError.WrongState("'initialize' must come first");
    }
    if (starting || over) {
      throw new ProtocolError.WrongState("this session has its guest already");
    }
    starting = true;
  }

  void started(Debuggee guest) {
    debuggee = guest;
    guest.debug().setListener(events);
  }

  /** Another guest in the place of the one before, which the caller lets go of. */
  void replaced(Debuggee guest) {
    started(guest);
  }

  /** The guest. */
  Debuggee debuggee() {
    Debuggee guest = debuggee;
    if (guest == null) {
      throw new ProtocolError.WrongState(
          over ? "the session is over" : "there is no guest yet; send 'launch' or 'attach' first");
    }
    return guest;
  }

  boolean hasDebuggee() {
    return debuggee != null;
  }

  DebugSession debug() {
    return debuggee().debug();
  }

  /** The vCPU of a thread id. */
  int vcpu(int threadId) {
    int count = debuggee().target().vcpus();
    if (threadId < 1 || threadId > count) {
      throw new ProtocolError.BadArguments("there is no thread " + threadId);
    }
    return threadId - 1;
  }

  /** The vCPU of a thread id, the first if there is none. */
  int vcpuOrFirst(@Nullable Integer threadId) {
    return threadId == null ? 0 : vcpu(threadId);
  }

  /** What is to be stopped when the session lets go of its guest. */
  void onLeave(Runnable work) {
    onLeave.add(work);
  }

  /** Writes the profile that the launch asked for, if it has not been written. */
  void writeProfile() {
    Debuggee guest = debuggee;
    if (guest != null) {
      try {
        guest.profiling().write();
      } catch (IOException e) {
        events.output(
            OutputCategory.STDERR, "the profile cannot be written: " + e.getMessage() + "\n");
      }
    }
  }

  /** Lets go of the guest; once. */
  void leave(@Nullable Boolean terminate) {
    over = true;
    onLeave.forEach(Runnable::run);
    onLeave.clear();
    writeProfile();
    Debuggee guest = debuggee;
    debuggee = null;
    if (guest != null) {
      events.silence();
      guest.leave(terminate == null ? guest.launched() : terminate);
    }
  }
}
