package dev.ringside.vmm.x86.decode;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Compares the decoder with objdump, and counts what differs. */
final class ObjdumpComparison implements ObjdumpListing.Visitor {
  private static final Pattern BAD = Pattern.compile("\\(bad\\)|bad}|\\{ba");

  private final CodeSize size;
  private final long limit;
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Map<String, String> examples = new TreeMap<>();

  /** Instructions compared. */
  long instructions;

  /** Of other length than objdump's, unless it is a deviation that is known. */
  long lengths;

  /** Different, as {@link Deviations} says. */
  long known;

  /** Of other text. */
  long texts;

  /** Stops after {@code limit} instructions. */
  ObjdumpComparison(CodeSize size, long limit) {
    this.size = size;
    this.limit = limit;
  }

  @Override
  public boolean visit(byte[] code, int offset, long address, int shown, String text) {
    instructions++;
    Instruction in = Decoder.decode(code, offset, code.length, address, size);
    boolean bad = BAD.matcher(text).find();
    if (bad && !in.isValid() || in.status() == DecodeStatus.TRUNCATED) {
      return instructions < limit;
    }
    String ours = Disassembler.format(in).replaceAll(" +", " ").toLowerCase(Locale.ROOT);
    boolean length = in.isValid() && in.length() != shown || in.isValid() == bad;
    if (!length && ours.equals(text)) {
      return instructions < limit;
    }
    if (Deviations.isKnown(text, ours)) {
      known++;
    } else if (length) {
      lengths++;
      note("LENGTH", code, offset, Math.max(shown, in.length()), ours, text);
    } else {
      texts++;
      note("TEXT", code, offset, shown, ours, text);
    }
    return instructions < limit;
  }

  private void note(String kind, byte[] code, int offset, int length, String ours, String theirs) {
    String key = kind + " " + shape(theirs) + " | " + shape(ours);
    counts.merge(key, 1, Integer::sum);
    examples.putIfAbsent(
        key,
        HexFormat.ofDelimiter(" ").formatHex(code, offset, Math.min(code.length, offset + length))
            + " | objdump: "
            + theirs
            + " | ours: "
            + ours);
  }

  private static String shape(String text) {
    String[] words = text.split(" ", 4);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < words.length && i < 2; i++) {
      if (i == 0 || words[i].matches("[a-z0-9.]+")) {
        out.append(words[i]).append(' ');
      }
    }
    return out.toString();
  }

  /** One line a kind of difference, the most frequent first. */
  String report(int lines) {
    StringBuilder out = new StringBuilder();
    out.append(instructions)
        .append(" instructions, ")
        .append(lengths)
        .append(" lengths differ, ")
        .append(texts)
        .append(" texts differ, ")
        .append(known)
        .append(" known deviations\n");
    counts.entrySet().stream()
        .sorted((a, b) -> b.getValue() - a.getValue())
        .limit(lines)
        .forEach(
            e ->
                out.append(String.format(Locale.ROOT, "%7d %s%n", e.getValue(), e.getKey()))
                    .append("        ")
                    .append(examples.get(e.getKey()))
                    .append('\n'));
    return out.toString();
  }
}
