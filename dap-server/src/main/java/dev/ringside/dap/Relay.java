package dev.ringside.dap;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ringside.dap.wire.Connection;
import dev.ringside.dap.wire.Frame;
import dev.ringside.dap.wire.FrameReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.lsp4j.jsonrpc.messages.RequestMessage;
import org.jspecify.annotations.Nullable;

/**
 * Attaching: from {@code attach} on, the client's requests go to the VM's own server as they are,
 * and whatever that one says comes back as it is. Called on the reader's thread; owns a thread for
 * the way back. Once the VM is gone, requests are answered here again.
 */
final class Relay implements Connection.Interceptor, Closeable {
  private final ControlFolder folder;
  private final OutputStream toClient;
  private @Nullable String initialize;
  private volatile @Nullable SocketChannel vm;
  private volatile @Nullable RequestMessage farewell;
  private Runnable vmVanished = () -> {};
  private Runnable disconnected = () -> {};
  private Consumer<RequestMessage> answerHere = request -> {};

  Relay(ControlFolder folder, OutputStream toClient) {
    this.folder = folder;
    this.toClient = toClient;
  }

  /**
   * What to do when the VM's stream ends.
   *
   * @param unexpectedly if nobody said that it would
   * @param asAsked once the client has disconnected
   * @param unanswered if the VM ended before it could answer the disconnect request
   */
  void onVmGone(Runnable unexpectedly, Runnable asAsked, Consumer<RequestMessage> unanswered) {
    vmVanished = unexpectedly;
    disconnected = asAsked;
    answerHere = unanswered;
  }

  @Override
  public boolean takes(RequestMessage request, String raw, Runnable idle) {
    SocketChannel open = vm;
    if (open != null) {
      try {
        if (request.getMethod().equals("disconnect")) {
          farewell = request;
        }
        send(Channels.newOutputStream(open), raw);
        return true;
      } catch (IOException e) {
        vm = null;
        return false;
      }
    }
    if (request.getMethod().equals("initialize")) {
      initialize = raw;
      return false;
    }
    String greeting = initialize;
    if (greeting == null
        || !request.getMethod().equals("attach")
        || !(request.getParams() instanceof Map<?, ?> attributes)
        || !(attributes.get("vm") instanceof String name)) {
      return false;
    }
    Optional<SocketChannel> channel = folder.connect(name);
    if (channel.isEmpty()) {
      return false;
    }
    idle.run();
    return begin(channel.get(), greeting, based(raw));
  }

  private boolean begin(SocketChannel channel, String greeting, String attach) {
    FrameReader fromVm = new FrameReader(Channels.newInputStream(channel));
    try {
      OutputStream toVm = Channels.newOutputStream(channel);
      send(toVm, greeting);
      // The client has had its answer to initialize, from this server: the VM's own is dropped.
      if (!(fromVm.next() instanceof Frame.Content)) {
        channel.close();
        return false;
      }
      send(toVm, attach);
    } catch (IOException e) {
      close(channel);
      return false;
    }
    vm = channel;
    Thread back = new Thread(() -> back(channel, fromVm), "ringside-dap-relay");
    back.setDaemon(true);
    back.start();
    return true;
  }

  private void back(SocketChannel channel, FrameReader fromVm) {
    boolean terminated = false;
    boolean answered = false;
    try {
      while (fromVm.next() instanceof Frame.Content(String message)) {
        terminated |= message.contains("\"event\":\"terminated\"");
        answered |= message.contains("\"command\":\"disconnect\"");
        send(toClient, message);
      }
    } catch (IOException e) {
      // One end is gone; the other hears of it below, or by its own stream's end.
    }
    vm = null;
    close(channel);
    RequestMessage last = farewell;
    if (answered) {
      disconnected.run();
    } else if (last != null) {
      answerHere.accept(last);
    } else if (!terminated) {
      vmVanished.run();
    }
  }

  /** Lets go of the VM: the client is gone. */
  @Override
  public void close() {
    SocketChannel open = vm;
    if (open != null) {
      close(open);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed as far as it can be.
    }
  }

  /** Relative paths are relative to this process's folder, not to the VM's. */
  private static String based(String raw) {
    JsonObject request = JsonParser.parseString(raw).getAsJsonObject();
    JsonElement arguments = request.get("arguments");
    if (arguments instanceof JsonObject object && !object.has("cwd")) {
      object.addProperty("cwd", Path.of("").toAbsolutePath().toString());
    }
    return request.toString();
  }

  private static void send(OutputStream out, String content) throws IOException {
    byte[] body = content.getBytes(StandardCharsets.UTF_8);
    byte[] header =
        ("Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] whole = new byte[header.length + body.length];
    System.arraycopy(header, 0, whole, 0, header.length);
    System.arraycopy(body, 0, whole, header.length, body.length);
    out.write(whole);
    out.flush();
  }
}
