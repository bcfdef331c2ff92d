package dev.ringside.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code samples/traps/expected.txt} says: every VM exit that the guest {@code traps} causes
 * under the default controls, by source line.
 */
public final class ExpectedTraps {
  private ExpectedTraps() {}

  /** Whether {@code /dev/kvm} reports the exit to user space. */
  public enum UserSpace {
    YES,
    NO,
    /** Only where the interrupt controllers and the timer are emulated in user space. */
    BOARD
  }

  /**
   * One row.
   *
   * @param reason as in a profile: {@code IO_INSTRUCTION}
   * @param detail as in a profile, or {@code *} for any
   * @param count exits, or -1 for as many as the guest sent bytes to COM1; 0: must not exit
   * @param needs {@code -}, {@code xsave} or {@code hypercalls}
   * @param source as in a profile: {@code traps/instructions.c:41}
   * @param marker the words after "trap:" on that line
   */
  public record Row(
      String reason,
      String detail,
      long count,
      String needs,
      UserSpace userSpace,
      String source,
      String marker) {
    /**
     * How often this exit must have happened in a run.
     *
     * @param serial all that the guest sent to COM1, one char a byte
     */
    public long countIn(String serial) {
      boolean skipped =
          switch (needs) {
            case "-" -> false;
            case "xsave" -> serial.contains("XSETBV skipped");
            case "hypercalls" -> serial.contains("VMCALL skipped");
            default -> throw new IllegalStateException("unknown need: " + needs);
          };
      return skipped ? 0 : count < 0 ? serial.length() : count;
    }

    /** Whether a profile's detail is this row's. */
    public boolean hasDetail(String actual) {
      return detail.equals("*") || detail.equals(actual);
    }
  }

  /** All rows, in the file's order. */
  public static List<Row> rows() {
    Path samples = SampleGuests.directory();
    try {
      List<Row> rows = new ArrayList<>();
      for (String line : Files.readAllLines(samples.resolve("traps/expected.txt"))) {
        if (!line.isBlank() && !line.startsWith("#")) {
          rows.add(row(samples, line));
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the expected traps", e);
    }
  }

  private static Row row(Path samples, String line) throws IOException {
    List<String> cells = new ArrayList<>();
    for (String cell : line.split("\\|", -1)) {
      cells.add(cell.strip());
    }
    if (cells.size() != 7) {
      throw new IllegalStateException("expected.txt: not seven columns: " + line);
    }
    String count = cells.get(2);
    String file = cells.get(5);
    String marker = cells.get(6);
    return new Row(
        cells.get(0),
        cells.get(1),
        count.equals("bytes") ? -1 : Long.parseLong(count),
        cells.get(3),
        UserSpace.valueOf(cells.get(4).toUpperCase(java.util.Locale.ROOT)),
        file + ":" + lineOf(samples.resolve(file), marker),
        marker);
  }

  private static int lineOf(Path file, String marker) throws IOException {
    List<String> lines = Files.readAllLines(file);
    int found = 0;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("/* trap: " + marker + " */")) {
        if (found != 0) {
          throw new IllegalStateException(file + ": two lines are marked \"trap: " + marker + '"');
        }
        found = i + 1;
      }
    }
    if (found == 0) {
      throw new IllegalStateException(file + ": no line is marked \"trap: " + marker + '"');
    }
    return found;
  }
}
