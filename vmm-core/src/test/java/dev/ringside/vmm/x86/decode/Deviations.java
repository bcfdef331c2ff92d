package dev.ringside.vmm.x86.decode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The differences from objdump that are known and wanted: {@code objdump-deviations.txt}. */
final class Deviations {
  private static final List<Pattern> KNOWN = read();

  private Deviations() {}

  private static List<Pattern> read() {
    try (InputStream in = Deviations.class.getResourceAsStream("objdump-deviations.txt")) {
      if (in == null) {
        throw new IllegalStateException("objdump-deviations.txt is not among the test resources");
      }
      List<Pattern> patterns = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.startsWith("#") && line.contains(" => ")) {
          patterns.add(Pattern.compile(line));
        }
      }
      return patterns;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isKnown(String objdump, String ours) {
    String both = objdump + " => " + ours;
    return KNOWN.stream().anyMatch(p -> p.matcher(both).matches());
  }
}
