package dev.ringside.symbols.dwarf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds a file by the last component of its path among the names of all line tables: marks where
 * the string sections have strings that end so, once, instead of decoding a million names.
 */
final class FileNames {
  private final String last;
  private final BitSet lineStrings;
  private final BitSet strings;

  FileNames(DwarfSections sections, String last) {
    this.last = last;
    lineStrings = endsIn(sections.whole(".debug_line_str"), last);
    strings = endsIn(sections.whole(".debug_str"), last);
  }

  /** Offsets of strings that are the component, or end in a slash and the component. */
  private static BitSet endsIn(byte[] section, String last) {
    byte[] wanted = (last + "\0").getBytes(StandardCharsets.UTF_8);
    BitSet found = new BitSet();
    for (int at = 0; at + wanted.length <= section.length; at++) {
      if (section[at] == wanted[0]
          && Arrays.equals(section, at, at + wanted.length, wanted, 0, wanted.length)) {
        found.set(at);
        if (at > 0 && section[at - 1] == '/') {
          int start = at - 1;
          while (start > 0 && section[start - 1] != 0) {
            start--;
          }
          found.set(start, at);
        }
      }
    }
    return found;
  }

  boolean lineString(long offset) {
    return offset >= 0 && offset <= Integer.MAX_VALUE && lineStrings.get((int) offset);
  }

  boolean string(long offset) {
    return offset >= 0 && offset <= Integer.MAX_VALUE && strings.get((int) offset);
  }

  boolean matches(String name) {
    return name.endsWith(last)
        && (name.length() == last.length()
            || name.charAt(name.length() - last.length() - 1) == '/');
  }
}
