package dev.ringside.cli;

import dev.ringside.dap.DapServer;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringside dap}: a DAP server on standard input and output, or on a loopback port. */
@Command(
    name = "dap",
    mixinStandardHelpOptions = true,
    description =
        "A Debug Adapter Protocol server on standard input and output, or with --port on a loopback"
            + " port, one session after another.")
final class DapCommand implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "Listens on 127.0.0.1; 0 takes any free port. The port is printed on standard error.")
  private @Nullable Integer port;

  @Override
  public Integer call() {
    Integer chosen = port;
    if (chosen == null) {
      serveStandardStreams();
      return 0;
    }
    listen(chosen);
    return 0;
  }

  /** Serves one client on standard input and output. */
  static void serveStandardStreams() {
    // Standard output is the client's alone: whatever else is printed goes to standard error.
    System.setOut(System.err);
    FileInputStream in = new FileInputStream(FileDescriptor.in);
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    DapServer.launching(in, out, out, System.err::println).serve();
  }

  private static void listen(int port) {
    if (port < 0 || port > 65535) {
      throw new CommandFailure(Ringside.USAGE, "--port must be 0 to 65535, not " + port);
    }
    try (ServerSocket server =
        new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      System.err.println("listening on 127.0.0.1:" + server.getLocalPort());
      while (true) {
        try (Socket socket = server.accept()) {
          socket.setTcpNoDelay(true);
          DapServer.launching(
                  socket.getInputStream(), socket.getOutputStream(), socket, System.err::println)
              .serve();
        }
      }
    } catch (IOException e) {
      throw new CommandFailure(
          Ringside.CANNOT_CONTINUE, "cannot listen on 127.0.0.1:" + port + ": " + e.getMessage());
    }
  }
}
