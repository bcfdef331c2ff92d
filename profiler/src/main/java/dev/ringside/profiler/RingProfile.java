package dev.ringside.profiler;

import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.RingTransitionHook;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.VmExitHook;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts one vCPU's ring transitions and how long it stays in each ring, and adds up the time in
 * the host and asleep. A hook for both transitions and exits; {@link #resumed} and {@link #stopped}
 * say when the machine runs at all.
 *
 * <p>Everything but the {@link Counts} belongs to the vCPU's thread.
 *
 * <p>Reading the host's clock costs more than a system call's way through the processor. So where
 * instructions are counted, it is read once at least {@value #SHARED} instructions have run since
 * it was last read, and the time between is shared among the stays in proportion to their
 * instructions: a total is right to the nanosecond, a share as right as instructions are alike.
 */
public final class RingProfile implements RingTransitionHook, VmExitHook {
  /** Instructions: about 20 µs of an interpreted guest. */
  private static final int SHARED = 4096;

  /**
   * A guest has few kinds (vectors times gates); past this many their handlers are not told apart.
   */
  private static final int MOST = 1024;

  private static final int RINGS = 4;

  /** Told of time in rings, at the latest {@value #SHARED} instructions after it. */
  @FunctionalInterface
  interface Stays {
    /** So many nanoseconds in a ring, somewhen between two readings of the clock. */
    void stayed(int ring, long from, long to, long nanos);
  }

  private final LongSupplier clock;
  private final Stays stays;
  private final List<RingKind> kinds = new ArrayList<>();
  private final RingKind[] initial =
      IntStream.range(0, RINGS).mapToObj(RingKind::initial).toArray(RingKind[]::new);

  /** What {@link #share} has given to each ring; 0 between its calls. */
  private final long[] shared = new long[RINGS];

  private RingKind current = initial[0];
  private @Nullable RingKind pending;
  private boolean running;
  private boolean asleep;
  private long readAt;
  private long readAtInstruction;
  private long instruction;
  private long exitTime;
  private long host;
  private long idle;
  private long lost;

  /** With the host's monotonic clock. */
  public RingProfile() {
    this(System::nanoTime, (ring, from, to, nanos) -> {});
  }

  /** With a clock that tells nanoseconds. */
  RingProfile(LongSupplier clock, Stays stays) {
    this.clock = clock;
    this.stays = stays;
  }

  /** The vCPU runs from now on. */
  public void resumed(Vcpu vcpu) {
    if (running) {
      return;
    }
    running = true;
    if (current.to() != vcpu.cpl()) {
      current = initial[vcpu.cpl()];
    }
    begin(vcpu.instructions());
  }

  /** The vCPU stands still from now on. */
  public void stopped(Vcpu vcpu) {
    if (running) {
      settle(vcpu.instructions());
      running = false;
    }
  }

  @Override
  public HookAction transition(Vcpu vcpu, RingTransition t) {
    if (current.to() != t.from()) {
      current = initial[t.from()]; // A reset, or a debugger's hand.
    }
    long now = t.instructions();
    if (now < 0 || now - readAtInstruction >= SHARED) {
      settle(now);
    } else {
      stay(now);
    }
    current = kindOf(t);
    current.count++;
    return HookAction.CONTINUE;
  }

  @Override
  public HookAction exit(Vcpu vcpu, VmExit exit) {
    if (exit instanceof VmExit.Hlt) {
      settle(vcpu.instructions());
      asleep = true;
    }
    return HookAction.CONTINUE;
  }

  @Override
  public void entry(Vcpu vcpu, VmExit exit, long hostNanos, long idleNanos) {
    host += hostNanos;
    idle += idleNanos;
    if (asleep) {
      asleep = false;
      begin(vcpu.instructions());
    } else {
      exitTime += hostNanos + idleNanos;
    }
  }

  private void begin(long instructions) {
    readAt = clock.getAsLong();
    readAtInstruction = instructions;
    instruction = instructions;
    exitTime = 0;
  }

  /** The guest has been in the current stay up to that instruction. */
  private void stay(long now) {
    current.instructions += Math.max(0, now - instruction);
    instruction = now;
    if (!current.isPending) {
      current.isPending = true;
      current.nextPending = pending;
      pending = current;
    }
  }

  /** Reads the clock and gives the time since it was last read to the stays since. */
  private void settle(long instructions) {
    if (!running || asleep) {
      return;
    }
    stay(instructions);
    long from = readAt;
    long excluded = exitTime;
    begin(instructions);
    share(Math.max(0, readAt - from - excluded), from);
  }

  /** Host time that is nobody's: what watching the guest took. */
  void exclude(long nanos) {
    exitTime += nanos;
  }

  private void share(long time, long from) {
    long all = 0;
    for (RingKind k = pending; k != null; k = k.nextPending) {
      all += k.instructions;
    }
    long left = time;
    RingKind k = pending;
    while (k != null) {
      RingKind next = k.nextPending;
      long part = next == null || all == 0 ? left : (long) ((double) time * k.instructions / all);
      k.residency += part;
      shared[k.to()] += part;
      left -= part;
      k.instructions = 0;
      k.isPending = false;
      k.nextPending = null;
      k = next;
    }
    pending = null;
    for (int ring = 0; ring < RINGS; ring++) {
      if (shared[ring] != 0) {
        stays.stayed(ring, from, readAt, shared[ring]);
        shared[ring] = 0;
      }
    }
  }

  private RingKind kindOf(RingTransition t) {
    RingKind likely = current.successor;
    if (likely != null && likely.isOf(t)) {
      return likely;
    }
    RingKind kind = find(t);
    current.successor = kind;
    return kind;
  }

  private RingKind find(RingTransition t) {
    for (RingKind kind : kinds) {
      if (kind.isOf(t)) {
        return kind;
      }
    }
    if (kinds.size() == MOST) {
      lost++;
      return initial[t.to()];
    }
    RingKind added = RingKind.of(t);
    kinds.add(added);
    return added;
  }

  /** What has been counted so far; on the vCPU's thread. */
  public Counts counts(Vcpu vcpu) {
    settle(vcpu.instructions());
    List<Long> rings = new ArrayList<>();
    for (int ring = 0; ring < RINGS; ring++) {
      int number = ring;
      rings.add(
          initial[ring].residency
              + kinds.stream().filter(k -> k.to() == number).mapToLong(k -> k.residency).sum());
    }
    return new Counts(
        kinds.stream().map(RingKind::copy).toList(), new Residency(rings, host, idle), lost);
  }

  /** What was counted up to a moment, before names are looked up. Of no thread. */
  public static final class Counts {
    private final List<RingKind> kinds;
    private final Residency residency;
    private final long lost;

    private Counts(List<RingKind> kinds, Residency residency, long lost) {
      this.kinds = kinds;
      this.residency = residency;
      this.lost = lost;
    }

    /** The rows, the most frequent first. */
    public List<RingRow> rows(GuestSymbols symbols) {
      return kinds.stream()
          .map(kind -> kind.row(symbols))
          .filter(Objects::nonNull)
          .sorted(RingRow.BY_COUNT)
          .toList();
    }

    public Residency residency() {
      return residency;
    }

    /** Transitions of more kinds than are told apart. */
    public long lost() {
      return lost;
    }
  }
}
