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

  /** So many exits more, of which so many had their path taken. */
  public void exits(long count, long withPath) {
    exits += count;
    taken += withPath;
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

  /** Exits by a path. */
  public void add(List<Integer> path, ExitReason reason, String detail, long count, long total) {
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
