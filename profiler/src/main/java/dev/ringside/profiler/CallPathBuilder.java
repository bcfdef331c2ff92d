package dev.ringside.profiler;

import dev.ringside.vmm.vmx.ExitReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts {@link CallPaths} together: places instead of addresses, what is the same only once. Of one
 * thread.
 */
public final class CallPathBuilder {
  /** Stands in front of what could not be told apart. */
  private static final Place OTHERS = new Place("others", null, 0, true);

  private final GuestSymbols symbols;
  private final Map<Long, Integer> framesByAddress = new HashMap<>();
  private final Map<Place, Integer> frames = new LinkedHashMap<>();
  private final Map<Key, long[]> paths = new LinkedHashMap<>();
  private long exits;
  private long taken;

  private record Key(List<Integer> frames, ExitReason reason, String detail) {}

  /** With what names addresses. */
  public CallPathBuilder(GuestSymbols symbols) {
    this.symbols = symbols;
  }

  /**
   * The exits of one kind, shared among its paths in proportion to what was counted by them.
   *
   * @param of the kind's paths, as {@link #frame} numbers, the outermost first; at least one
   * @param taken of how many exits the path was taken
   * @param counts by path; all together at most the tally's, none where no path was taken
   * @param totals nanoseconds by path, likewise
   */
  public void kind(
      List<List<Integer>> of,
      ExitReason reason,
      String detail,
      ExitTally tally,
      long taken,
      long[] counts,
      long[] totals) {
    exits += tally.count();
    this.taken += taken;
    long[] sharedCounts = Shares.of(tally.count(), counts.length == 0 ? new long[1] : counts);
    long[] sharedTotals = Shares.of(tally.total(), totals.length == 0 ? new long[1] : totals);
    for (int i = 0; i < sharedCounts.length; i++) {
      add(of.get(i), reason, detail, sharedCounts[i], sharedTotals[i]);
    }
  }

  /**
   * The frames of a path.
   *
   * @param addresses the outermost first
   * @param others whether it stands for paths that were not told apart
   */
  List<Integer> named(long[] addresses, boolean others) {
    List<Integer> path = new ArrayList<>();
    if (others) {
      path.add(frame(OTHERS));
    }
    for (long address : addresses) {
      path.add(framesByAddress.computeIfAbsent(address, a -> frame(symbols.at(a))));
    }
    return path;
  }

  /** The number of a frame. */
  public int frame(Place place) {
    return frames.computeIfAbsent(place, p -> frames.size());
  }

  private void add(List<Integer> path, ExitReason reason, String detail, long count, long total) {
    if (count != 0 || total != 0) {
      long[] sums =
          paths.computeIfAbsent(new Key(List.copyOf(path), reason, detail), k -> new long[2]);
      sums[0] += count;
      sums[1] += total;
    }
  }

  /** All that was added. */
  public CallPaths build() {
    List<CallPaths.Path> all = new ArrayList<>();
    paths.forEach(
        (key, sums) ->
            all.add(new CallPaths.Path(key.frames, key.reason, key.detail, sums[0], sums[1])));
    all.sort(
        Comparator.comparingLong(CallPaths.Path::count)
            .thenComparingLong(CallPaths.Path::total)
            .reversed());
    return new CallPaths(exits, taken, List.copyOf(frames.keySet()), all);
  }
}
