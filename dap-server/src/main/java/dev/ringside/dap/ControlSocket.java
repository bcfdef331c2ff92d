package dev.ringside.dap;

import dev.ringside.vmm.VirtualMachine;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Where a running VM can be attached to: a Unix socket that speaks DAP. Owns a thread that accepts,
 * and one for each client that is connected; one client at a time may be attached.
 */
public final class ControlSocket implements AutoCloseable {
  private final ControlFolder folder;
  private final String name;
  private final ServerSocketChannel listener;
  private final VirtualMachine machine;
  private final Running origin;
  private final Consumer<String> diagnostics;
  private final Set<DapServer> sessions = ConcurrentHashMap.newKeySet();
  private final Thread remover = new Thread(this::remove, "ringside-control-remover");

  private ControlSocket(
      ControlFolder folder,
      String name,
      ServerSocketChannel listener,
      VirtualMachine machine,
      Running origin,
      Consumer<String> diagnostics) {
    this.folder = folder;
    this.name = name;
    this.listener = listener;
    this.machine = machine;
    this.origin = origin;
    this.diagnostics = diagnostics;
  }

  /**
   * Makes a running VM known under a name.
   *
   * @param guest its image, for people
   * @param symbols what a client gets that names no symbol files
   * @param serial what the machine's COM1 writes to
   * @param diagnostics hears of bugs of ours, for standard error
   * @throws IOException if the name is taken or unusable, or the socket cannot be made; the message
   *     is for the user
   */
  public static ControlSocket open(
      ControlFolder folder,
      String name,
      VirtualMachine machine,
      Path guest,
      List<Path> symbols,
      SerialTap serial,
      Consumer<String> diagnostics)
      throws IOException {
    if (!ControlFolder.isName(name)) {
      throw new IOException(
          "'" + name + "' cannot name a VM: use letters, digits, '.', '_' and '-', 64 at most");
    }
    folder.prepare();
    var other = folder.connect(name);
    if (other.isPresent()) {
      other.get().close();
      throw new IOException("a VM named '" + name + "' runs already");
    }
    folder.remove(name);
    Path path = folder.socket(name);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(path));
      if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      }
      Files.write(
          folder.facts(name), List.of(Long.toString(ProcessHandle.current().pid()), "" + guest));
    } catch (IOException e) {
      listener.close();
      throw new IOException("the socket " + path + " cannot be made: " + e.getMessage(), e);
    }
    Running own =
        new Running(machine, name, symbols.stream().filter(Launching::isElf).toList(), serial);
    ControlSocket control = new ControlSocket(folder, name, listener, machine, own, diagnostics);
    Runtime.getRuntime().addShutdownHook(control.remover);
    Thread acceptor = new Thread(control::accept, "ringside-control");
    acceptor.setDaemon(true);
    acceptor.start();
    return control;
  }

  private void accept() {
    while (true) {
      SocketChannel channel;
      try {
        channel = listener.accept();
      } catch (IOException e) {
        return;
      }
      Thread server = new Thread(() -> serve(channel), "ringside-control-client");
      server.setDaemon(true);
      server.start();
    }
  }

  private void serve(SocketChannel channel) {
    DapServer server =
        new DapServer(
            Channels.newInputStream(channel),
            Channels.newOutputStream(channel),
            channel,
            origin,
            (request, raw, idle) -> false,
            () -> {},
            diagnostics);
    sessions.add(server);
    try {
      server.serve();
    } finally {
      sessions.remove(server);
      origin.release(server);
    }
  }

  private void remove() {
    try {
      folder.remove(name);
    } catch (IOException e) {
      diagnostics.accept("the socket of '" + name + "' cannot be removed: " + e.getMessage());
    }
  }

  /** Lets attached clients hear of the end that the machine has come to, then closes. */
  @Override
  public void close() {
    machine.onVcpuThread(vcpu -> true); // Behind whatever it still tells its listeners.
    sessions.forEach(DapServer::drain);
    try {
      listener.close();
    } catch (IOException e) {
      diagnostics.accept("the control socket cannot be closed: " + e.getMessage());
    }
    sessions.forEach(DapServer::end);
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(remover);
    } catch (IllegalStateException e) {
      // The process ends already; the hook finds nothing left to remove.
    }
  }
}
