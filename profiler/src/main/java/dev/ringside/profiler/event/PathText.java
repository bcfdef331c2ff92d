package dev.ringside.profiler.event;

import dev.ringside.profiler.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call path in an event: {@code kmain (src/kernel.c:41) > put_char (src/console.c:7)}, the
 * outermost first, an address in hex where no symbol covers it.
 */
final class PathText {
  private static final String CALLS = " > ";

  private PathText() {}

  static String of(List<Place> frames) {
    StringBuilder text = new StringBuilder();
    for (Place frame : frames) {
      text.append(text.isEmpty() ? "" : CALLS).append(frame.name());
      if (frame.source() != null) {
        text.append(" (").append(frame.source()).append(')');
      }
    }
    return text.toString();
  }

  static List<Place> parse(String text) {
    List<Place> frames = new ArrayList<>();
    int from = 0;
    while (from <= text.length()) {
      int end = text.indexOf(CALLS, from);
      frames.add(frame(text.substring(from, end < 0 ? text.length() : end)));
      if (end < 0) {
        break;
      }
      from = end + CALLS.length();
    }
    return frames;
  }

  private static Place frame(String text) {
    int bracket = text.endsWith(")") ? text.lastIndexOf(" (") : -1;
    return bracket < 0
        ? place(text, null)
        : place(text.substring(0, bracket), text.substring(bracket + 2, text.length() - 1));
  }

  /** As {@link Place#name} wrote it. */
  static Place place(String name, @Nullable String source) {
    if (source == null && name.matches("0x[0-9a-f]{1,16}")) {
      return Place.of(Long.parseUnsignedLong(name.substring(2), 16));
    }
    return new Place(name, source, 0, true);
  }
}
