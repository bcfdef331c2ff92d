package dev.ringside.profiler.event;

import dev.ringside.profiler.CallPathBuilder;
import dev.ringside.profiler.CallPaths;
import dev.ringside.profiler.ExitTally;
import dev.ringside.profiler.GuestSymbols;
import dev.ringside.profiler.Place;
import dev.ringside.profiler.TrapRow;
import dev.ringside.vmm.vmx.ExitReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.consumer.RecordedEvent;
import org.jspecify.annotations.Nullable;

/** The exits of a recording: rows, and call paths where the events have them. */
final class RecordedExits {
  private static final int NO_PATH = -1;

  private record Key(
      String reason,
      String detail,
      @Nullable String symbol,
      @Nullable String source,
      long address,
      boolean approximate,
      int cpl,
      int vcpu) {}

  /** Exits of one row, with what paths they came by. */
  private static final class Kind {
    final Key key;
    final ExitReason reason;
    final ExitTally tally = new ExitTally();
    final Map<Integer, long[]> paths = new LinkedHashMap<>();
    long taken;
    long countTaken;
    long totalTaken;

    Kind(Key key) {
      this.key = key;
      this.reason = ExitReason.valueOf(key.reason);
    }

    Place place() {
      return new Place(key.symbol, key.source, key.address, !key.approximate);
    }
  }

  private final Map<Key, Kind> kinds = new LinkedHashMap<>();
  private final Map<String, Integer> pathNumbers = new HashMap<>();
  private final List<String> paths = new ArrayList<>();
  private Kind[] kindOf = new Kind[1024];
  private int[] pathOf = new int[1024];
  private long[] costs = new long[1024];
  private long[] idles = new long[1024];
  private long[] overheads = new long[1024];
  private int used;
  private long host;
  private long idle;

  /** Takes an event in; returns its number. */
  int add(RecordedEvent event) {
    if (used == kindOf.length) {
      kindOf = Arrays.copyOf(kindOf, 2 * used);
      pathOf = Arrays.copyOf(pathOf, 2 * used);
      costs = Arrays.copyOf(costs, 2 * used);
      idles = Arrays.copyOf(idles, 2 * used);
      overheads = Arrays.copyOf(overheads, 2 * used);
    }
    String symbol = event.getString("symbol");
    Key key =
        new Key(
            event.getString("reason"),
            event.getString("detail"),
            symbol,
            event.getString("source"),
            symbol == null ? event.getLong("rip") : 0,
            event.getBoolean("approximate"),
            event.getInt("cpl"),
            event.getInt("vcpu"));
    kindOf[used] = kinds.computeIfAbsent(key, Kind::new);
    String path = event.getString("path");
    pathOf[used] = path == null ? NO_PATH : pathNumbers.computeIfAbsent(path, this::path);
    costs[used] = event.getLong("cost");
    idles[used] = event.getLong("idle");
    overheads[used] = event.getLong("overhead");
    return used++;
  }

  private int path(String text) {
    paths.add(text);
    return paths.size() - 1;
  }

  /** Counts an exit; in the order of their times. */
  void play(int number) {
    Kind kind = kindOf[number];
    kind.tally.exited();
    if (costs[number] != VmExitEvent.NO_ENTRY) {
      kind.tally.entered(costs[number]);
    }
    host += cost(number);
    idle += idles[number];
    if (pathOf[number] != NO_PATH) {
      long[] sums = kind.paths.computeIfAbsent(pathOf[number], p -> new long[2]);
      sums[0] += kind.tally.count() - kind.countTaken;
      sums[1] += kind.tally.total() - kind.totalTaken;
      kind.countTaken = kind.tally.count();
      kind.totalTaken = kind.tally.total();
      kind.taken++;
    }
  }

  ExitReason reason(int number) {
    return kindOf[number].reason;
  }

  /** Nanoseconds from exit to entry; 0 where no entry followed. */
  long cost(int number) {
    return Math.max(0, costs[number]);
  }

  long idle(int number) {
    return idles[number];
  }

  /** Nanoseconds before the exit was handled that are nobody's. */
  long overhead(int number) {
    return overheads[number];
  }

  long count() {
    return used;
  }

  long host() {
    return host;
  }

  long idle() {
    return idle;
  }

  List<TrapRow> rows() {
    return kinds.values().stream()
        .map(
            kind ->
                kind.tally.row(
                    kind.reason, kind.key.detail, kind.place(), kind.key.cpl, kind.key.vcpu))
        .sorted(TrapRow.BY_COST)
        .toList();
  }

  /** The call paths; empty where no event has any. */
  Optional<CallPaths> paths() {
    if (used > 0 && paths.isEmpty()) {
      return Optional.empty();
    }
    CallPathBuilder builder = new CallPathBuilder(GuestSymbols.NONE);
    List<List<Integer>> frames =
        paths.stream()
            .map(text -> PathText.parse(text).stream().map(builder::frame).toList())
            .toList();
    for (Kind kind : kinds.values()) {
      List<List<Integer>> of =
          kind.paths.isEmpty()
              ? List.of(List.of(builder.frame(kind.place())))
              : kind.paths.keySet().stream().map(frames::get).toList();
      builder.kind(
          of,
          kind.reason,
          kind.key.detail,
          kind.tally,
          kind.taken,
          kind.paths.values().stream().mapToLong(sums -> sums[0]).toArray(),
          kind.paths.values().stream().mapToLong(sums -> sums[1]).toArray());
    }
    return Optional.of(builder.build());
  }
}
