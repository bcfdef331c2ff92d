package dev.ringside.dap;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ringside.dap.wire.Connection;
import dev.ringside.dap.wire.Frame;
import dev.ringside.dap.wire.FrameReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.eclipse.lsp4j.jsonrpc.messages.RequestMessage;
import org.jspecify.annotations.Nullable;

/**
 * Attaching: from {@code attach} on, the client's bytes go to the VM's own server and that one's
 * come back, unread. Runs on the reader's thread, with one more thread for the way back.
 */
final class Relay implements Connection.Interceptor {
  private final ControlFolder folder;
  private final OutputStream toClient;
  private @Nullable String initialize;

  Relay(ControlFolder folder, OutputStream toClient) {
    this.folder = folder;
    this.toClient = toClient;
  }

  @Override
  public boolean takesOver(RequestMessage request, String raw, Runnable idle, InputStream rest) {
    if (request.getMethod().equals("initialize")) {
      initialize = raw;
      return false;
    }
    String greeting = initialize;
    if (greeting == null
        || !request.getMethod().equals("attach")
        || !(request.getParams() instanceof Map<?, ?> attributes)
        || !(attributes.get("vm") instanceof String vm)) {
      return false;
    }
    Optional<SocketChannel> channel = folder.connect(vm);
    if (channel.isEmpty()) {
      return false;
    }
    idle.run();
    try (SocketChannel open = channel.get()) {
      relay(open, greeting, based(raw), rest);
    } catch (IOException e) {
      // One end is gone; the other hears of it by its stream's end.
    }
    return true;
  }

  private void relay(SocketChannel vm, String greeting, String attach, InputStream fromClient)
      throws IOException {
    OutputStream toVm = Channels.newOutputStream(vm);
    FrameReader fromVm = new FrameReader(Channels.newInputStream(vm));
    send(toVm, greeting);
    // The client has had its answer to initialize, from this server: the VM's own is dropped.
    Frame answer = fromVm.next();
    if (!(answer instanceof Frame.Content)) {
      throw new IOException("the VM's server does not answer");
    }
    send(toVm, attach);
    Thread back =
        new Thread(
            () -> {
              copy(fromVm.rest(), toClient);
              close(vm);
              close(fromClient);
            },
            "ringside-dap-relay");
    back.setDaemon(true);
    back.start();
    copy(fromClient, toVm);
    close(vm);
    try {
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(InputStream in, OutputStream out) {
    byte[] buffer = new byte[1 << 16];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // The stream's end, in its ruder form.
    }
  }

  private static void close(java.io.Closeable stream) {
    try {
      stream.close();
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
    out.write(("Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }
}
