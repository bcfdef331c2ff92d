package dev.ringside.dap;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folder of the control sockets of this user's running VMs: {@code $XDG_RUNTIME_DIR/ringside},
 * else one below the temporary directory; for its owner alone (mode 0700). Stateless but for the
 * path; callable from any thread.
 */
public final class ControlFolder {
  private static final String SUFFIX = ".sock";
  private static final String FACTS = ".info";

  private final Path folder;

  /** A folder of one's own choice, for tests. */
  ControlFolder(Path folder) {
    this.folder = folder;
  }

  /** The user's folder; it need not exist. */
  public static ControlFolder ofUser() {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null && !runtime.isEmpty() && Files.isDirectory(Path.of(runtime))) {
      return new ControlFolder(Path.of(runtime, "ringside"));
    }
    String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9._-]", "_");
    return new ControlFolder(Path.of(System.getProperty("java.io.tmpdir"), "ringside-" + user));
  }

  /**
   * A VM that can be attached to.
   *
   * @param facts what it said of itself: process id and guest; may be empty
   */
  public record Entry(String name, List<String> facts) {
    public Entry {
      facts = List.copyOf(facts);
    }
  }

  /** All that answer, by name; sockets that nobody listens on any more are removed. */
  public List<Entry> running() throws IOException {
    List<Entry> entries = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return entries;
    }
    List<Path> sockets;
    try (var files = Files.list(folder)) {
      sockets = files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList();
    }
    for (Path socket : sockets) {
      String file = String.valueOf(socket.getFileName());
      String name = file.substring(0, file.length() - SUFFIX.length());
      Optional<SocketChannel> channel = connect(name);
      if (channel.isPresent()) {
        channel.get().close();
        Path facts = facts(name);
        entries.add(new Entry(name, Files.exists(facts) ? Files.readAllLines(facts) : List.of()));
      } else {
        remove(name);
      }
    }
    return entries;
  }

  /** Connects to a VM; empty if none of that name runs. */
  Optional<SocketChannel> connect(String name) {
    try {
      if (!isName(name) || !Files.exists(socket(name)) || !isPrivate()) {
        return Optional.empty();
      }
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket(name)));
        return Optional.of(channel);
      } catch (IOException e) {
        channel.close();
        return Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether a text can name a VM: a file name of few, plain characters. */
  static boolean isName(String text) {
    return text.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");
  }

  Path socket(String name) {
    return folder.resolve(name + SUFFIX);
  }

  Path facts(String name) {
    return folder.resolve(name + FACTS);
  }

  void remove(String name) throws IOException {
    Files.deleteIfExists(socket(name));
    Files.deleteIfExists(facts(name));
  }

  /**
   * Makes the folder, or checks that the one that is there belongs to this user alone.
   *
   * @throws IOException if it does not, or cannot be made
   */
  void prepare() throws IOException {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    try {
      Path parent = folder.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      if (posix) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(folder);
      }
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(folder + " is no folder; remove it");
      }
    }
    if (!isPrivate()) {
      throw new IOException(folder + " is open to others; make it yours alone: chmod 700");
    }
  }

  /** Whether others cannot put sockets there. (Another user's private folder cannot be used.) */
  private boolean isPrivate() throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return true;
    }
    Set<PosixFilePermission> mode =
        Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    return PosixFilePermissions.fromString("rwx------").containsAll(mode);
  }
}
