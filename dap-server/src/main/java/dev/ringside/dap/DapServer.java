package dev.ringside.dap;

import dev.ringside.dap.wire.Connection;
import dev.ringside.dap.wire.Dispatcher;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Serves one client from its first byte to its last.
 *
 * <p>Threads of a session:
 *
 * <ul>
 *   <li><i>reader</i> ({@code ringside-dap-reader}): cuts the stream into messages, parses them,
 *       notes cancellations, and hands everything on. It never waits for anything but input. Once
 *       attached to a VM of another process it hands messages over to that one ({@link Relay}).
 *   <li><i>session</i> ({@code ringside-dap-session}): carries out requests in their order, and
 *       alone writes responses and events. It may visit the machine's thread and wait for the
 *       answer, which comes between two guest instructions.
 *   <li><i>machine</i> (the virtual machine's own): stops, output and the end arrive on it. It only
 *       posts to the session's thread and never waits for it.
 *   <li><i>worker</i> ({@code ringside-dap-worker}): opens symbol files, while the session's thread
 *       waits and shows progress.
 * </ul>
 *
 * A client that vanishes counts as one that disconnected without saying how.
 */
public final class DapServer {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Connection connection;
  private final Session session;
  private final Dispatcher dispatcher = new Dispatcher();
  private final Connection.Interceptor interceptor;
  private final Closeable atEnd;
  private final Consumer<String> diagnostics;

  /**
   * A server for one client.
   *
   * @param stream closed at the end of the session, so that a blocked reader wakes up
   * @param diagnostics hears of bugs of ours, for standard error
   */
  public static DapServer launching(
      InputStream in, OutputStream out, Closeable stream, Consumer<String> diagnostics) {
    return launching(in, out, stream, ControlFolder.ofUser(), diagnostics);
  }

  /** The same with the sockets to attach to in another folder. */
  static DapServer launching(
      InputStream in,
      OutputStream out,
      Closeable stream,
      ControlFolder folder,
      Consumer<String> diagnostics) {
    Relay relay = new Relay(folder, out);
    DapServer server = new DapServer(in, out, stream, new Launching(), relay, relay, diagnostics);
    relay.onVmGone(
        () -> server.connection.post(server.session.events()::terminated),
        server.connection::finish,
        server.connection::carryOut);
    return server;
  }

  DapServer(
      InputStream in,
      OutputStream out,
      Closeable stream,
      Origin origin,
      Connection.Interceptor interceptor,
      Closeable atEnd,
      Consumer<String> diagnostics) {
    this.interceptor = interceptor;
    this.atEnd = atEnd;
    this.diagnostics = diagnostics;
    this.connection =
        new Connection(
            in,
            out,
            stream,
            dispatcher,
            List.of(
                org.eclipse.lsp4j.debug.services.IDebugProtocolServer.class,
                RingsideRequests.class),
            diagnostics);
    this.session = new Session(connection);
    connection.onMalformed(
        problem ->
            session
                .events()
                .output(
                    OutputCategory.STDERR, "Ringside could not read a message: " + problem + "\n"));
    dispatcher.add(new LifecycleRequests(session, origin).commands());
    dispatcher.add(new BreakpointRequests(session).commands());
    dispatcher.add(new ExecutionRequests(session).commands());
    dispatcher.add(new StackRequests(session).commands());
    dispatcher.add(new VariableRequests(session).commands());
    dispatcher.add(new EvaluateRequests(session).commands());
    dispatcher.add(new MemoryRequests(session).commands());
    dispatcher.add(new SourceRequests(session).commands());
    dispatcher.add(new ConsoleRequests(session).commands());
    dispatcher.add(new CompletionRequests(session).commands());
    dispatcher.add(new VmcsRequests(session).commands());
    dispatcher.add(new WalkRequests(session).commands());
    dispatcher.add(new TableRequests(session).commands());
    dispatcher.add(new ProfileRequests(session).commands());
    dispatcher.add(new StatusRequests(session).commands());
  }

  /** The requests that are answered. */
  Set<String> requests() {
    return dispatcher.names();
  }

  boolean serves(Session candidate) {
    return session == candidate;
  }

  /** Waits a while for the client to get everything that is queued for it. */
  void drain() {
    connection.drain(PATIENCE);
  }

  /** Ends the session from this side. */
  void end() {
    connection.post(() -> session.leave(null));
    connection.finish();
  }

  /**
   * Serves until the client disconnects or its stream ends; returns when the session is over and
   * its guest dealt with.
   */
  public void serve() {
    Thread reader = new Thread(this::read, "ringside-dap-reader");
    reader.setDaemon(true);
    reader.start();
    connection.finished().join();
    connection.close();
    try {
      atEnd.close();
    } catch (IOException e) {
      diagnostics.accept("the session's end: " + e.getMessage());
    }
  }

  private void read() {
    connection.serve(interceptor);
    end();
  }
}
