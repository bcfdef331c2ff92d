package dev.ringside.vmm.vmx;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The kernel's own VMX headers, as something to compare with that we did not write: from the folder
 * that {@code RINGSIDE_LINUX_HEADERS} names, or from installed kernel headers.
 */
final class LinuxHeader {
  private final String text;

  private LinuxHeader(String text) {
    this.text = text;
  }

  /** {@code arch/x86/include/asm/…}; skips the test where there is none. */
  static LinuxHeader kernel(String name) {
    return read(
        folders().map(folder -> folder.resolve("arch/x86/include/asm").resolve(name)), name);
  }

  /** {@code arch/x86/include/uapi/asm/…}; skips the test where there is none. */
  static LinuxHeader user(String name) {
    return read(
        Stream.concat(
            folders().map(folder -> folder.resolve("arch/x86/include/uapi/asm").resolve(name)),
            Stream.of(Path.of("/usr/include/x86_64-linux-gnu/asm").resolve(name))),
        name);
  }

  private static LinuxHeader read(Stream<Path> candidates, String name) {
    Optional<Path> found = candidates.filter(Files::isReadable).findFirst();
    assumeTrue(
        found.isPresent(),
        () -> "no kernel header " + name + ": set RINGSIDE_LINUX_HEADERS or install them");
    try {
      return new LinuxHeader(Files.readString(found.get()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> folders() {
    Stream.Builder<Path> folders = Stream.builder();
    String chosen = System.getenv("RINGSIDE_LINUX_HEADERS");
    if (chosen != null) {
      folders.add(Path.of(chosen));
    }
    Path sources = Path.of("/usr/src");
    if (Files.isDirectory(sources)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(sources, "linux-headers-*")) {
        found.forEach(folders::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folders.build();
  }

  /** What a pattern's groups 1 and 2 name and number, in the order of the header. */
  Map<String, Long> constants(String regex) {
    Map<String, Long> constants = new LinkedHashMap<>();
    Matcher matcher = Pattern.compile(regex).matcher(text);
    while (matcher.find()) {
      constants.put(matcher.group(1), Long.decode(matcher.group(2)));
    }
    return constants;
  }

  /** What a pattern's groups 1 and 2 name and refer to. */
  Map<String, String> references(String regex) {
    Map<String, String> references = new LinkedHashMap<>();
    Matcher matcher = Pattern.compile(regex).matcher(text);
    while (matcher.find()) {
      references.put(matcher.group(1), matcher.group(2));
    }
    return references;
  }
}
