package dev.ringside.dap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A server on a thread of its own, at the other end of two pipes of the operating system. */
public final class TestServer implements AutoCloseable {
  private final InputStream fromServer;
  private final OutputStream toServer;
  private final Pipe in;
  private final Pipe out;
  private final List<String> diagnostics = Collections.synchronizedList(new ArrayList<>());
  private final DapServer server;
  private final Thread serving;

  /** Attaching looks for VMs where a user's are. */
  public TestServer() {
    this(ControlFolder.ofUser());
  }

  /** Attaching looks for VMs in a folder of the test's own. */
  public TestServer(ControlFolder folder) {
    try {
      in = Pipe.open();
      out = Pipe.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server =
        DapServer.launching(
            Channels.newInputStream(in.source()),
            Channels.newOutputStream(out.sink()),
            () -> {
              in.source().close();
              out.sink().close();
            },
            folder,
            diagnostics::add);
    serving = new Thread(server::serve, "test-dap-server");
    serving.setDaemon(true);
    serving.start();
    fromServer = Channels.newInputStream(out.source());
    toServer = Channels.newOutputStream(in.sink());
  }

  /** A folder for the sockets of a test's VMs. */
  public static ControlFolder folder(Path path) {
    return new ControlFolder(path);
  }

  /** The server itself. */
  DapServer server() {
    return server;
  }

  /** What the server writes. */
  public InputStream fromServer() {
    return fromServer;
  }

  /** What the server reads. */
  public OutputStream toServer() {
    return toServer;
  }

  /** Closes the client's ends. */
  public void hangUp() {
    try {
      in.sink().close();
      out.source().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the server says of bugs of its own, so far. */
  public List<String> diagnostics() {
    return List.copyOf(diagnostics);
  }

  /** Waits until the server has returned. */
  public void awaitEnd() {
    try {
      serving.join(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (serving.isAlive()) {
      throw new AssertionError("the server still serves");
    }
  }

  /** Hangs up; the server must end, without bugs. */
  @Override
  public void close() {
    hangUp();
    awaitEnd();
    if (!diagnostics.isEmpty()) {
      throw new AssertionError("bugs: " + diagnostics);
    }
  }
}
