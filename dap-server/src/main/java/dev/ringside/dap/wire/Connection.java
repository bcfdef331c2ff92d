package dev.ringside.dap.wire;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.lsp4j.debug.CancelArguments;
import org.eclipse.lsp4j.jsonrpc.JsonRpcException;
import org.eclipse.lsp4j.jsonrpc.MessageIssueException;
import org.eclipse.lsp4j.jsonrpc.debug.DebugRemoteEndpoint;
import org.eclipse.lsp4j.jsonrpc.debug.json.DebugMessageJsonHandler;
import org.eclipse.lsp4j.jsonrpc.json.JsonRpcMethod;
import org.eclipse.lsp4j.jsonrpc.json.StreamMessageConsumer;
import org.eclipse.lsp4j.jsonrpc.messages.Message;
import org.eclipse.lsp4j.jsonrpc.messages.RequestMessage;
import org.eclipse.lsp4j.jsonrpc.services.ServiceEndpoints;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream. Two threads: whoever calls {@link #serve} reads and parses and never does
 * anything that takes time (but what its interceptor does); the session's thread carries out
 * requests in the order they came and writes every response and event, so that their order on the
 * wire is the order of what happened.
 */
public final class Connection {
  private final FrameReader frames;
  private final Closeable stream;
  private final DebugMessageJsonHandler json;
  private final Endpoint remote;
  private final ExecutorService session;
  private final Deque<Runnable> afterResponse = new ArrayDeque<>();
  private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private final Consumer<String> diagnostics;
  private volatile Consumer<String> malformed = problem -> {};
  private volatile boolean broken;

  /**
   * Speaks over two streams.
   *
   * @param stream closed when the session is over, so that a blocked reader wakes up
   * @param protocols LSP4J-annotated interfaces: what requests and events there are and of which
   *     types
   * @param diagnostics hears of bugs of ours, for standard error
   */
  public Connection(
      InputStream in,
      OutputStream out,
      Closeable stream,
      Dispatcher dispatcher,
      List<Class<?>> protocols,
      Consumer<String> diagnostics) {
    this.frames = new FrameReader(in);
    this.stream = stream;
    this.diagnostics = diagnostics;
    Map<String, JsonRpcMethod> methods = new HashMap<>();
    protocols.forEach(p -> methods.putAll(ServiceEndpoints.getSupportedMethods(p)));
    this.json = new DebugMessageJsonHandler(methods);
    StreamMessageConsumer writer =
        new StreamMessageConsumer(new BufferedOutputStream(out, 1 << 16), json);
    this.remote = new Endpoint(writer, dispatcher);
    json.setMethodProvider(remote);
    this.session =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "ringside-dap-session");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Sends events; to be used on the session's thread alone. */
  public <T> T client(Class<T> type) {
    return ServiceEndpoints.toServiceObject(remote, type);
  }

  /** Who hears of bytes that are no message, on the session's thread. */
  public void onMalformed(Consumer<String> listener) {
    this.malformed = listener;
  }

  /** Runs something on the session's thread, after all that is queued there; from any thread. */
  public void post(Runnable work) {
    try {
      session.execute(() -> guarded(work));
    } catch (RejectedExecutionException e) {
      // The session is over: there is nobody left to tell.
    }
  }

  /** Runs something right behind the response of the request being handled. */
  public void afterResponse(Runnable work) {
    afterResponse.add(work);
  }

  /** Whether the client has cancelled the request being handled, or something within it. */
  public boolean isCancelled(String id) {
    return cancelled.contains(id);
  }

  /** Ends the session once all that is queued now is done; from any thread. */
  public void finish() {
    try {
      session.execute(() -> finished.complete(null));
    } catch (RejectedExecutionException e) {
      finished.complete(null);
    }
    session.shutdown();
  }

  /** Completes when {@link #finish} took effect. */
  public CompletableFuture<Void> finished() {
    return finished;
  }

  /** Waits until everything that is queued now is done; not on the session's thread. */
  public void drain() {
    queued().join();
  }

  /** The same, but at most that long: a client that does not read holds nobody up. */
  public void drain(Duration most) {
    CompletableFuture<?> unused =
        queued().completeOnTimeout(null, most.toMillis(), TimeUnit.MILLISECONDS);
    unused.join();
  }

  private CompletableFuture<?> queued() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      session.execute(() -> done.complete(null));
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.anyOf(done, finished);
  }

  /** Closes the stream. */
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      diagnostics.accept("the client's stream cannot be closed: " + e.getMessage());
    }
  }

  /**
   * Reads until the stream ends or breaks.
   *
   * @param interceptor sees each request before it is queued
   */
  public void serve(Interceptor interceptor) {
    while (true) {
      Frame frame;
      try {
        frame = frames.next();
      } catch (IOException e) {
        return;
      }
      switch (frame) {
        case Frame.End end -> {
          return;
        }
        case Frame.Malformed(String problem) -> post(() -> malformed.accept(problem));
        case Frame.Content(String text) -> take(text, interceptor);
      }
    }
  }

  /** Sees requests on the reader's thread. */
  @FunctionalInterface
  public interface Interceptor {
    /**
     * Sees one.
     *
     * @param raw the message as it came
     * @param idle waits until all earlier requests have been answered
     * @return whether it is dealt with
     */
    boolean takes(RequestMessage request, String raw, Runnable idle);
  }

  private void take(String text, Interceptor interceptor) {
    Message message;
    try {
      message = json.parseMessage(text);
    } catch (MessageIssueException e) {
      if (e.getRpcMessage() instanceof RequestMessage request) {
        post(() -> remote.refuse(request, new ProtocolError.BadArguments(explain(request, e))));
      } else {
        post(() -> malformed.accept("a message that is no DAP message"));
      }
      return;
    } catch (RuntimeException e) {
      post(() -> malformed.accept("a message whose content is not JSON"));
      return;
    }
    if (!(message instanceof RequestMessage request)) {
      if (message == null) {
        post(() -> malformed.accept("a message that is no DAP message"));
      }
      return;
    }
    if (request.getParams() instanceof CancelArguments arguments) {
      cancel(arguments);
    }
    if (!interceptor.takes(request, text, this::drain)) {
      carryOut(request);
    }
  }

  /** Queues a request; from any thread. */
  public void carryOut(RequestMessage request) {
    post(() -> remote.carryOut(request));
  }

  private void cancel(CancelArguments arguments) {
    if (arguments.getRequestId() != null) {
      cancelled.add(Integer.toString(arguments.getRequestId()));
    }
    if (arguments.getProgressId() != null) {
      cancelled.add(arguments.getProgressId());
    }
  }

  private static String explain(RequestMessage request, MessageIssueException e) {
    List<String> texts = new ArrayList<>();
    e.getIssues()
        .forEach(
            issue -> {
              Throwable cause = issue.getCause();
              while (cause != null && cause.getCause() != null) {
                cause = cause.getCause();
              }
              String detail =
                  cause == null || cause.getMessage() == null
                      ? issue.getText()
                      : cause.getMessage().lines().findFirst().orElse("");
              texts.add(detail);
            });
    return "the arguments of '"
        + request.getMethod()
        + "' are not of the protocol's types: "
        + String.join("; ", texts);
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (JsonRpcException e) {
      lost();
    } catch (RuntimeException e) {
      if (!broken) {
        diagnostics.accept(Errors.describe(e));
      }
    }
  }

  /** The client is gone: the reader will notice, but perhaps not before it writes. */
  private void lost() {
    if (!broken) {
      broken = true;
      close();
    }
  }

  /** The far end. On the session's thread, except for reading. */
  private final class Endpoint extends DebugRemoteEndpoint {
    private final StreamMessageConsumer writer;

    Endpoint(StreamMessageConsumer writer, Dispatcher dispatcher) {
      super(writer, dispatcher, e -> Errors.toResponse(e, diagnostics));
      this.writer = writer;
    }

    /** Handles the request and answers it before this returns. */
    void carryOut(RequestMessage request) {
      if (cancelled.remove(request.getId())) {
        refuse(request, new ProtocolError.Cancelled());
        return;
      }
      handleRequest(request);
      Runnable next;
      while ((next = afterResponse.poll()) != null) {
        next.run();
      }
    }

    void refuse(RequestMessage request, ProtocolError error) {
      writer.consume(createErrorResponseMessage(request, Errors.toResponse(error, diagnostics)));
    }

    @Override
    public void notify(String method, @Nullable Object parameter) {
      if (broken) {
        return;
      }
      writer.consume(createNotificationMessage(method, parameter));
    }
  }
}
