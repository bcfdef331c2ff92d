package dev.ringside.profiler;

import dev.ringside.vmm.vmx.ExitReason;
import java.util.List;

/**
 * By which calls the guest came to its VM exits. Where not every path was taken, counts and totals
 * are estimated from those that were; together they are those of the trap profile's rows.
 *
 * @param exits all
 * @param taken how many of them had their path taken; all, unless there were too many
 * @param frames places in functions, each once: of the exiting instruction, or of a call
 * @param paths the most frequent first
 */
public record CallPaths(long exits, long taken, List<Place> frames, List<Path> paths) {
  public CallPaths {
    frames = List.copyOf(frames);
    paths = List.copyOf(paths);
  }

  /**
   * Exits of one reason and detail by one path.
   *
   * @param frames indexes into {@link CallPaths#frames}, the outermost first
   * @param detail as {@link TrapRow#detail}
   * @param total nanoseconds, as {@link TrapRow#total}
   */
  public record Path(
      List<Integer> frames, ExitReason reason, String detail, long count, long total) {
    public Path {
      frames = List.copyOf(frames);
    }
  }
}
