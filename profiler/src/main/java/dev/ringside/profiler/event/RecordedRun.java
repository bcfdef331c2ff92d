package dev.ringside.profiler.event;

import dev.ringside.profiler.CallPaths;
import dev.ringside.profiler.Profile;
import dev.ringside.profiler.Residency;
import dev.ringside.profiler.timeline.Timeline;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jdk.jfr.consumer.RecordedEvent;

/**
 * The events of a recording, in columns, and then played in the order of their times. Events come
 * out of a file in the order of JFR's buffers.
 */
final class RecordedRun {
  private static final long NANOS = 1_000_000_000L;

  /** What a moment is; the order in which they count if they are at the same time. */
  private enum What {
    RESUMED,
    EXIT,
    TRANSITION,
    STOPPED
  }

  private static final What[] WHAT = What.values();

  private final RecordedExits exits = new RecordedExits();
  private final RecordedRings rings = new RecordedRings();
  private long[] times = new long[1024];

  /** Of {@link What}, and above that the number of the exit or transition, or the ring. */
  private long[] moments = new long[1024];

  private int used;
  private boolean hasRuns;

  boolean isEmpty() {
    return used == 0;
  }

  void exit(RecordedEvent event) {
    moment(nanos(event.getStartTime()), What.EXIT, exits.add(event));
  }

  void transition(RecordedEvent event) {
    moment(nanos(event.getStartTime()), What.TRANSITION, rings.add(event));
  }

  void ran(RecordedEvent event) {
    hasRuns = true;
    moment(nanos(event.getStartTime()), What.RESUMED, event.getInt("ring"));
    moment(nanos(event.getEndTime()), What.STOPPED, 0);
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * NANOS + time.getNano();
  }

  private void moment(long time, What what, int number) {
    if (used == times.length) {
      times = Arrays.copyOf(times, 2 * used);
      moments = Arrays.copyOf(moments, 2 * used);
    }
    times[used] = time;
    moments[used++] = (long) number << 2 | what.ordinal();
  }

  Profile profile(String guest, String backend, long instructions, long counted) {
    play();
    boolean showsRings = !backend.equals("kvm");
    Residency residency =
        new Residency(showsRings ? rings.residency() : List.of(), exits.host(), exits.idle());
    Optional<CallPaths> stacks = exits.paths();
    Optional<Timeline> timeline = Optional.of(rings.timeline(showsRings));
    return new Profile(
        guest,
        backend,
        1,
        instructions,
        Math.max(0, counted - exits.count() - rings.count()),
        exits.rows(),
        showsRings ? Optional.of(rings.rows()) : Optional.empty(),
        residency,
        stacks,
        timeline);
  }

  private void play() {
    if (!hasRuns && used > 0) {
      rings.resumed(Arrays.stream(times, 0, used).min().orElse(0), 0);
    }
    for (int i : order()) {
      int number = (int) (moments[i] >> 2);
      switch (WHAT[(int) moments[i] & 3]) {
        case RESUMED -> rings.resumed(times[i], number);
        case STOPPED -> rings.stopped(times[i]);
        case TRANSITION -> rings.transition(times[i], number);
        case EXIT -> {
          exits.play(number);
          rings.exclude(times[i], exits.overhead(number));
          rings.exit(times[i], exits.reason(number), exits.cost(number), exits.idle(number));
        }
      }
    }
  }

  /** The moments' indexes by time. */
  private int[] order() {
    boolean sorted = true;
    for (int i = 1; i < used && sorted; i++) {
      sorted = isBefore(i - 1, i);
    }
    int[] order = new int[used];
    Arrays.setAll(order, i -> i);
    if (!sorted) {
      sort(order, order.clone(), 0, used);
    }
    return order;
  }

  private boolean isBefore(int a, int b) {
    return times[a] < times[b] || times[a] == times[b] && (moments[a] & 3) <= (moments[b] & 3);
  }

  /** Merge sort, which is quick where events are nearly in order and keeps those that are equal. */
  private void sort(int[] into, int[] from, int low, int high) {
    if (high - low < 2) {
      return;
    }
    int middle = (low + high) >>> 1;
    sort(from, into, low, middle);
    sort(from, into, middle, high);
    int left = low;
    int right = middle;
    for (int i = low; i < high; i++) {
      boolean takesLeft = left < middle && (right >= high || isBefore(from[left], from[right]));
      into[i] = takesLeft ? from[left++] : from[right++];
    }
  }
}
