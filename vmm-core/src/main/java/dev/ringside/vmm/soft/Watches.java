package dev.ringside.vmm.soft;

import dev.ringside.vmm.control.Watchpoint;
import java.util.List;

/**
 * The linear ranges whose accesses must be seen: the debugger's watchpoints and the guest's own
 * data breakpoints in DR0 to DR3. Pages that hold one never enter the TLB.
 */
final class Watches {
  /** One access that touched a watched range, in an instruction that ran alone. */
  record Hit(Watchpoint watchpoint, boolean write, long before, long after) {}

  /** The id that the guest's own debug register {@code n} has here is −1 − n. */
  static int debugRegisterId(int n) {
    return -1 - n;
  }

  private Watchpoint[] ranges = {};
  private final List<Hit> hits = new java.util.ArrayList<>();

  /** Replaces all ranges; the caller flushes the TLB. */
  void set(List<Watchpoint> watchpoints) {
    ranges = watchpoints.toArray(new Watchpoint[0]);
  }

  boolean isEmpty() {
    return ranges.length == 0;
  }

  /** Whether any range lies on the page of that address. */
  boolean onPage(long linear) {
    for (Watchpoint w : ranges) {
      long first = w.linearAddress() & -4096L;
      long last = (w.linearAddress() + w.length() - 1) & -4096L;
      if ((linear & -4096L) == first || (linear & -4096L) == last) {
        return true;
      }
    }
    return false;
  }

  /** Whether an access touches a range that watches for it. */
  boolean touches(long linear, int size, boolean write) {
    for (Watchpoint w : ranges) {
      if (matches(w, linear, size, write)) {
        return true;
      }
    }
    return false;
  }

  /** Notes an access that has been made. */
  void hit(long linear, int size, boolean write, long before, long after) {
    for (Watchpoint w : ranges) {
      if (matches(w, linear, size, write)) {
        hits.add(new Hit(w, write, before, after));
      }
    }
  }

  boolean isHit() {
    return !hits.isEmpty();
  }

  /** Whether hits have been noted since {@link #takeHits} was last called. */
  boolean hasHits() {
    return !hits.isEmpty();
  }

  /** Takes the hits noted since the last call. */
  List<Hit> takeHits() {
    if (hits.isEmpty()) {
      return List.of();
    }
    List<Hit> taken = List.copyOf(hits);
    hits.clear();
    return taken;
  }

  private static boolean matches(Watchpoint w, long linear, int size, boolean write) {
    boolean wanted =
        switch (w.access()) {
          case READ -> !write;
          case WRITE -> write;
          case READ_WRITE -> true;
        };
    return wanted && linear - w.linearAddress() < w.length() && w.linearAddress() - linear < size;
  }
}
