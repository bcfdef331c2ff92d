package dev.ringside.cli;

import dev.ringside.dap.DapServer;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.lsp4j.debug.ConfigurationDoneArguments;
import org.eclipse.lsp4j.debug.ExitedEventArguments;
import org.eclipse.lsp4j.debug.InitializeRequestArguments;
import org.eclipse.lsp4j.debug.OutputEventArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.launch.DSPLauncher;
import org.eclipse.lsp4j.debug.services.IDebugProtocolClient;
import org.eclipse.lsp4j.debug.services.IDebugProtocolServer;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;

/**
 * A DAP client as an editor has one, joined to a server of ours by pipes: every byte of the session
 * is the protocol's.
 *
 * <p>Threads: one serves, one listens; the caller's waits for what it asks.
 */
final class DemoClient implements IDebugProtocolClient {
  private static final long PATIENCE_SECONDS = 60;
  private static final long POLL_MILLIS = 20;

  private final BlockingQueue<StoppedEventArguments> stops = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> initialized = new CompletableFuture<>();
  private final CompletableFuture<Integer> exited = new CompletableFuture<>();
  private final Consumer<String> serial;
  private final IDebugProtocolServer server;

  /** With where the guest's output goes. */
  DemoClient(Consumer<String> serial) throws IOException {
    this.serial = serial;
    PipedOutputStream toServer = new PipedOutputStream();
    PipedInputStream serverIn = new PipedInputStream(toServer, 1 << 16);
    PipedOutputStream toClient = new PipedOutputStream();
    PipedInputStream clientIn = new PipedInputStream(toClient, 1 << 16);
    DapServer dap = DapServer.launching(serverIn, toClient, toClient, System.err::println);
    Thread serving = new Thread(dap::serve, "ringside-demo-server");
    serving.setDaemon(true);
    serving.start();
    Launcher<IDebugProtocolServer> launcher =
        DSPLauncher.createClientLauncher(this, clientIn, toServer);
    server = launcher.getRemoteProxy();
    var _ = launcher.startListening();
  }

  /** Starts a session on a guest, which runs once it is configured. */
  void launch(Path program, Consumer<DemoClient> configure) {
    launch(program, false, configure);
  }

  /** The same, where it may stay at its first instruction. */
  void launch(Path program, boolean stopOnEntry, Consumer<DemoClient> configure) {
    InitializeRequestArguments arguments = new InitializeRequestArguments();
    arguments.setAdapterID("ringside");
    arguments.setClientID("ringside-demo");
    arguments.setLinesStartAt1(true);
    arguments.setColumnsStartAt1(true);
    ask(s -> s.initialize(arguments));
    CompletableFuture<Void> launched =
        server.launch(
            Map.of("program", program.toString(), "memory", "64M", "stopOnEntry", stopOnEntry));
    await(CompletableFuture.anyOf(initialized, launched));
    configure.accept(this);
    ask(s -> s.configurationDone(new ConfigurationDoneArguments()));
    await(launched);
  }

  /** Sends a request and waits for its answer. */
  <T> T ask(Function<IDebugProtocolServer, CompletableFuture<T>> request) {
    return await(request.apply(server));
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(Ringside.CANNOT_CONTINUE, "interrupted");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new CommandFailure(
          Ringside.CANNOT_CONTINUE, "the debug server answered: " + cause.getMessage());
    } catch (TimeoutException e) {
      throw new CommandFailure(Ringside.CANNOT_CONTINUE, "the debug server does not answer");
    }
  }

  /** Waits for the guest's next stop. */
  StoppedEventArguments stop() {
    try {
      StoppedEventArguments stop = stops.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (stop == null) {
        throw new CommandFailure(Ringside.CANNOT_CONTINUE, "the guest did not stop");
      }
      return stop;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(Ringside.CANNOT_CONTINUE, "interrupted");
    }
  }

  /** Waits that long for the guest to stop; false if it has not, or has ended. */
  boolean stoppedWithin(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    try {
      while (!exited.isDone() && System.nanoTime() < end) {
        if (stops.poll(POLL_MILLIS, TimeUnit.MILLISECONDS) != null) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** Waits for the guest's end; its exit status. */
  int end() {
    return await(exited);
  }

  @Override
  public void initialized() {
    initialized.complete(null);
  }

  @Override
  public void stopped(StoppedEventArguments args) {
    stops.add(args);
  }

  @Override
  public void exited(ExitedEventArguments args) {
    exited.complete(args.getExitCode());
  }

  @Override
  public void output(OutputEventArguments args) {
    if ("stdout".equals(args.getCategory())) {
      serial.accept(args.getOutput());
    }
  }

  /** The status line that an editor would show. */
  @JsonNotification("ringside/status")
  public void status(Object status) {}

  /** Aggregated profile changes, which the demo asks for itself. */
  @JsonNotification("ringside/profile")
  public void profile(Object profile) {}
}
