package dev.ringside.cli;

import com.google.gson.JsonElement;
import dev.ringside.dap.DapServer;
import dev.ringside.dap.message.ProfileArguments;
import dev.ringside.profiler.Profile;
import dev.ringside.profiler.export.ProfileJson;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.lsp4j.debug.ConfigurationDoneArguments;
import org.eclipse.lsp4j.debug.DisconnectArguments;
import org.eclipse.lsp4j.debug.InitializeRequestArguments;
import org.eclipse.lsp4j.debug.TerminatedEventArguments;
import org.eclipse.lsp4j.debug.services.IDebugProtocolClient;
import org.eclipse.lsp4j.debug.services.IDebugProtocolServer;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.debug.DebugLauncher;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running VM for its profile: a DAP session of its own, through the VM's control socket as
 * an editor's goes. The VM runs on, and its profile counts from when this attached.
 *
 * <p>Threads: one serves, one listens; the caller's waits for what it asks.
 */
final class ProfileClient implements IDebugProtocolClient, AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  /** What a VM's server is asked here. */
  interface Server extends IDebugProtocolServer {
    /** The profile so far, in the JSON form of CONTRACTS.md. */
    @JsonRequest("ringside/profile")
    CompletableFuture<JsonElement> profile(ProfileArguments arguments);
  }

  private final CompletableFuture<Void> initialized = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final Server server;
  private @Nullable Profile last;

  private ProfileClient() throws IOException {
    PipedOutputStream toServer = new PipedOutputStream();
    PipedInputStream serverIn = new PipedInputStream(toServer, 1 << 16);
    PipedOutputStream toClient = new PipedOutputStream();
    PipedInputStream clientIn = new PipedInputStream(toClient, 1 << 16);
    DapServer dap = DapServer.launching(serverIn, toClient, toClient, System.err::println);
    Thread serving = new Thread(dap::serve, "ringside-profile-server");
    serving.setDaemon(true);
    serving.start();
    Launcher<Server> launcher =
        new DebugLauncher.Builder<Server>()
            .setLocalService(this)
            .setRemoteInterface(Server.class)
            .setInput(clientIn)
            .setOutput(toServer)
            .create();
    server = launcher.getRemoteProxy();
    var _ = launcher.startListening();
  }

  /**
   * Attaches to a VM and starts to profile it.
   *
   * @throws CommandFailure if none of that name runs, or another client has it
   */
  static ProfileClient attach(String name) {
    ProfileClient client;
    try {
      client = new ProfileClient();
    } catch (IOException e) {
      throw new CommandFailure(Ringside.CANNOT_CONTINUE, String.valueOf(e.getMessage()));
    }
    client.begin(name);
    return client;
  }

  private void begin(String name) {
    InitializeRequestArguments arguments = new InitializeRequestArguments();
    arguments.setAdapterID("ringside");
    arguments.setClientID("ringside-profile");
    await(server.initialize(arguments));
    CompletableFuture<Void> attached = server.attach(Map.of("vm", name, "serial", "null"));
    await(CompletableFuture.anyOf(initialized, attached));
    await(server.configurationDone(new ConfigurationDoneArguments()));
    await(attached);
    await(server.profile(new ProfileArguments(true, null)));
  }

  /** The profile so far; the last one that was told if the VM has ended. */
  Profile profile() {
    if (!isOver()) {
      CompletableFuture<JsonElement> answer = server.profile(new ProfileArguments(null, null));
      await(CompletableFuture.anyOf(answer, over));
      if (answer.isDone() && !answer.isCompletedExceptionally()) {
        last = ProfileJson.parse(answer.join());
      }
    }
    Profile known = last;
    if (known == null) {
      throw new CommandFailure(Ringside.CANNOT_CONTINUE, "the VM ended before it told anything");
    }
    return known;
  }

  /** The profile after that time, or when the VM ends. */
  Profile after(double seconds) {
    profile();
    waitFor((long) (seconds * 1000));
    return profile();
  }

  /** Waits, but not beyond the VM's end. */
  void waitFor(long millis) {
    try {
      over.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // It lives.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      over.complete(null);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the VM has ended. */
  boolean isOver() {
    return over.isDone();
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(Ringside.CANNOT_CONTINUE, "interrupted");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new CommandFailure(Ringside.BAD_FILE, String.valueOf(cause.getMessage()));
    } catch (TimeoutException e) {
      throw new CommandFailure(Ringside.CANNOT_CONTINUE, "the VM does not answer");
    }
  }

  /** Lets go of the VM, which runs on. */
  @Override
  public void close() {
    if (!isOver()) {
      await(CompletableFuture.anyOf(server.disconnect(new DisconnectArguments()), over));
    }
  }

  @Override
  public void initialized() {
    initialized.complete(null);
  }

  @Override
  public void terminated(TerminatedEventArguments args) {
    over.complete(null);
  }

  /** The status line that an editor would show. */
  @JsonNotification("ringside/status")
  public void status(Object status) {}
}
