package dev.ringside.profiler.event;

import dev.ringside.profiler.RingRow;
import dev.ringside.profiler.timeline.Timeline;
import dev.ringside.profiler.timeline.TimelineRecorder;
import dev.ringside.vmm.RingTransition.Mechanism;
import dev.ringside.vmm.vmx.ExitReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import jdk.jfr.consumer.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The ring transitions of a recording, and whose the time between its events was. Times are
 * nanoseconds of the recording's clock; they come in order.
 */
final class RecordedRings {
  private static final int RINGS = 4;

  private record Key(
      int from, int to, @Nullable String mechanism, int vector, @Nullable String handler) {}

  /** Transitions of one row; without a mechanism, a ring that no transition seen led to. */
  private static final class Kind {
    final Key key;
    long count;
    long residency;

    Kind(Key key) {
      this.key = key;
    }
  }

  private final Map<Key, Kind> kinds = new HashMap<>();
  private final List<Kind> initial =
      IntStream.range(0, RINGS)
          .mapToObj(ring -> new Kind(new Key(ring, ring, null, -1, null)))
          .toList();
  private final long[] inRings = new long[RINGS];
  private final TimelineRecorder timeline = new TimelineRecorder();
  private Kind[] kindOf = new Kind[1024];
  private int used;
  private Kind current = initial.getFirst();
  private boolean running;
  private long last;
  private long ran;

  /** Time after {@link #last} that is the host's. */
  private long hosts;

  /** Time after {@link #last} that was spent on recording. */
  private long nobodys;

  /** Takes an event in; returns its number. */
  int add(RecordedEvent event) {
    if (used == kindOf.length) {
      kindOf = Arrays.copyOf(kindOf, 2 * used);
    }
    Key key =
        new Key(
            event.getInt("from"),
            event.getInt("to"),
            event.getString("mechanism"),
            event.getInt("vector"),
            event.getString("handler"));
    kindOf[used] = kinds.computeIfAbsent(key, Kind::new);
    return used++;
  }

  void resumed(long time, int ring) {
    last = time;
    running = true;
    if (current.key.to != ring) {
      current = initial.get(ring);
    }
  }

  void stopped(long time) {
    passed(time);
    running = false;
  }

  void transition(long time, int number) {
    passed(time);
    current = kindOf[number];
    current.count++;
  }

  void exit(long time, ExitReason reason, long cost, long idle) {
    passed(time);
    timeline.exited(reason, ran);
    timeline.entered(reason, ran, cost, idle);
    hosts += cost + idle;
  }

  /** From that time on, so long was nobody's. */
  void exclude(long time, long nanos) {
    passed(time);
    nobodys += nanos;
  }

  /** The time up to now was the current ring's, but for what the host took. */
  private void passed(long time) {
    long passed = Math.max(0, time - last);
    last = Math.max(last, time);
    if (!running) {
      return;
    }
    long excluded = Math.min(nobodys, passed);
    nobodys -= excluded;
    passed -= excluded;
    long taken = Math.min(hosts, passed);
    hosts -= taken;
    long stay = passed - taken;
    current.residency += stay;
    inRings[current.key.to] += stay;
    timeline.stayed(current.key.to, ran + taken, ran + passed, stay);
    ran += passed;
  }

  long count() {
    return used;
  }

  List<Long> residency() {
    return Arrays.stream(inRings).boxed().toList();
  }

  Timeline timeline(boolean showsRings) {
    return timeline.timeline(ran, showsRings);
  }

  List<RingRow> rows() {
    List<RingRow> rows = new ArrayList<>();
    for (Kind kind : kinds.values()) {
      Key key = kind.key;
      if (key.mechanism != null) {
        rows.add(
            new RingRow(
                key.from,
                key.to,
                Mechanism.valueOf(key.mechanism),
                key.vector,
                key.handler == null ? null : PathText.place(key.handler, null),
                kind.count,
                kind.residency));
      }
    }
    rows.sort(RingRow.BY_COUNT);
    return rows;
  }
}
