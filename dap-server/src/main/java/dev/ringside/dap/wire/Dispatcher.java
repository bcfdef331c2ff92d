package dev.ringside.dap.wire;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.jsonrpc.Endpoint;
import org.jspecify.annotations.Nullable;

/** Finds the command of a request and runs it, on the session's thread. */
public final class Dispatcher implements Endpoint {
  private final Map<String, Command<?>> commands = new TreeMap<>();

  /** Adds commands; each name once. */
  public void add(Collection<Command<?>> more) {
    for (Command<?> command : more) {
      if (commands.put(command.name(), command) != null) {
        throw new IllegalArgumentException("two handlers of " + command.name());
      }
    }
  }

  /** What requests are answered, sorted. */
  public Set<String> names() {
    return Set.copyOf(commands.keySet());
  }

  @Override
  public CompletableFuture<?> request(String method, @Nullable Object parameter) {
    Command<?> command = commands.get(method);
    if (command == null) {
      return CompletableFuture.failedFuture(new ProtocolError.UnknownRequest(method));
    }
    return CompletableFuture.completedFuture(command.handle(parameter));
  }

  @Override
  public void notify(String method, @Nullable Object parameter) {
    // Clients send no events in DAP.
  }
}
