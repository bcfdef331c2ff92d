package dev.ringside.dap.client;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import dev.ringside.dap.TestServer;
import dev.ringside.dap.TestSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.lsp4j.debug.Capabilities;
import org.eclipse.lsp4j.debug.ConfigurationDoneArguments;
import org.eclipse.lsp4j.debug.ExitedEventArguments;
import org.eclipse.lsp4j.debug.InitializeRequestArguments;
import org.eclipse.lsp4j.debug.OutputEventArguments;
import org.eclipse.lsp4j.debug.OutputEventArgumentsCategory;
import org.eclipse.lsp4j.debug.SetBreakpointsArguments;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.SourceBreakpoint;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.TerminatedEventArguments;
import org.eclipse.lsp4j.debug.launch.DSPLauncher;
import org.eclipse.lsp4j.debug.services.IDebugProtocolClient;
import org.eclipse.lsp4j.debug.services.IDebugProtocolServer;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.jsonrpc.validation.ReflectiveMessageValidator;
import org.jspecify.annotations.Nullable;

/**
 * Eclipse's side of the conversation: LSP4J's client classes, driven as {@code eclipse/lsp4e},
 * {@code org.eclipse.lsp4e.debug}, drives them ({@code debugmodel/DSPDebugTarget.java}). Events
 * arrive on LSP4J's thread and wait in queues for the test.
 */
final class Lsp4e implements IDebugProtocolClient, AutoCloseable {
  private final TestServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final IDebugProtocolServer remote;
  private final Future<Void> listening;
  private final CompletableFuture<Void> initialized = new CompletableFuture<>();
  private final BlockingQueue<StoppedEventArguments> stops = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> exited = new CompletableFuture<>();
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();
  private final List<SetBreakpointsArguments> breakpoints = new ArrayList<>();
  private final List<Object> foreign = new CopyOnWriteArrayList<>();
  private final StringBuilder standardOutput = new StringBuilder();
  private final StringBuilder standardError = new StringBuilder();
  private @Nullable Capabilities capabilities;

  Lsp4e(TestServer server) {
    this.server = server;
    Launcher<IDebugProtocolServer> launcher =
        DSPLauncher.createClientLauncher(
            this, server.fromServer(), server.toServer(), threads, ReflectiveMessageValidator::new);
    listening = launcher.startListening();
    remote = launcher.getRemoteProxy();
  }

  /** {@code DSPBreakpointManager.addBreakpointToMap}: Eclipse knows a line and nothing else. */
  void breakpointAt(String file, int... lines) {
    Source source = new Source();
    source.setName(file.substring(file.lastIndexOf('/') + 1));
    source.setPath(Json.text(TestSession.source(file), "path"));
    breakpoints.add(arguments(source, lines));
  }

  /** {@code DSPBreakpointManager.sendBreakpoints}. */
  @SuppressWarnings("deprecation") // Eclipse sends the lines as well.
  static SetBreakpointsArguments arguments(Source source, int... lines) {
    SetBreakpointsArguments arguments = new SetBreakpointsArguments();
    arguments.setSource(source);
    arguments.setLines(lines);
    SourceBreakpoint[] all = new SourceBreakpoint[lines.length];
    for (int i = 0; i < lines.length; i++) {
      all[i] = new SourceBreakpoint();
      all[i].setLine(lines[i]);
    }
    arguments.setBreakpoints(all);
    arguments.setSourceModified(false);
    return arguments;
  }

  /**
   * {@code DSPLaunchDelegate.launch} and {@code DSPDebugTarget.initialize}: the JSON of the launch
   * configuration through Gson (so that every number is a double), {@code noDebug} by the mode.
   *
   * @param mode {@code debug} or {@code run}; the latter never sends {@code configurationDone}
   */
  void start(String json, String mode) {
    Map<String, Object> parameters =
        new Gson().fromJson(json, new TypeToken<Map<String, Object>>() {}.getType());
    parameters.put("noDebug", mode.equals("run"));
    InitializeRequestArguments arguments = new InitializeRequestArguments();
    arguments.setClientID("lsp4e.debug");
    arguments.setAdapterID(String.valueOf(parameters.getOrDefault("type", "adapterId")));
    arguments.setPathFormat("path");
    arguments.setSupportsVariableType(true);
    arguments.setSupportsVariablePaging(true);
    arguments.setLinesStartAt1(true);
    arguments.setColumnsStartAt1(true);
    arguments.setSupportsRunInTerminalRequest(true);
    boolean launch = "launch".equals(parameters.getOrDefault("request", "launch"));
    CompletableFuture<?> started =
        remote
            .initialize(arguments)
            .thenAccept(answer -> capabilities = answer)
            .thenCompose(v -> launch ? remote.launch(parameters) : remote.attach(parameters))
            .whenComplete(
                (answer, failure) -> {
                  if (failure != null) {
                    initialized.completeExceptionally(failure);
                  }
                });
    if (mode.equals("debug")) {
      started =
          CompletableFuture.allOf(started, initialized)
              .thenCompose(
                  v ->
                      CompletableFuture.allOf(
                          breakpoints.stream()
                              .map(remote::setBreakpoints)
                              .toArray(CompletableFuture[]::new)))
              .thenCompose(v -> remote.configurationDone(new ConfigurationDoneArguments()));
    }
    get(started);
  }

  IDebugProtocolServer remote() {
    return remote;
  }

  Capabilities capabilities() {
    Capabilities known = capabilities;
    if (known == null) {
      throw new AssertionError("initialize has not been answered");
    }
    return known;
  }

  /** Waits for an answer, as Eclipse's views do. */
  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  StoppedEventArguments nextStop() {
    try {
      StoppedEventArguments stop = stops.poll(60, TimeUnit.SECONDS);
      if (stop == null) {
        throw new AssertionError("no stop came; output: " + printed());
      }
      return stop;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private synchronized String printed() {
    return standardOutput + "\n" + standardError;
  }

  boolean hasStopped() {
    return !stops.isEmpty();
  }

  int exitCode() {
    return get(exited);
  }

  void awaitTerminated() {
    get(terminated);
  }

  /** What the console shows in black. */
  synchronized String standardOutput() {
    return standardOutput.toString();
  }

  @Override
  public void initialized() {
    initialized.complete(null);
  }

  @Override
  public void stopped(StoppedEventArguments event) {
    stops.add(event);
  }

  @Override
  public void exited(ExitedEventArguments event) {
    exited.complete(event.getExitCode());
  }

  @Override
  public void terminated(TerminatedEventArguments event) {
    terminated.complete(null);
  }

  @Override
  public synchronized void output(OutputEventArguments event) {
    if (OutputEventArgumentsCategory.STDERR.equals(event.getCategory())) {
      standardError.append(event.getOutput());
    } else {
      standardOutput.append(event.getOutput());
    }
  }

  /** LSP4J logs a warning for what nobody handles; this notes that it would have. */
  @JsonNotification("ringside/status")
  public void foreign(Object body) {
    foreign.add(body);
  }

  /** Events that Eclipse does not know. */
  List<Object> foreignEvents() {
    return foreign;
  }

  /** {@code DSPDebugTarget.terminated}: the streams are closed, nothing more is said. */
  @Override
  public void close() {
    listening.cancel(true);
    server.close();
    threads.shutdownNow();
  }
}
