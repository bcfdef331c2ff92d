package dev.ringside.profiler;

import dev.ringside.profiler.timeline.Timeline;
import java.util.List;
import java.util.Optional;

/**
 * A trap profile and a ring profile of one guest, as they stood at a moment. The JSON form is in
 * CONTRACTS.md, "Profiles".
 *
 * @param guest what ran, for people
 * @param backend {@code soft} or {@code kvm}
 * @param instructions completed by the guest since power-on; -1 where nobody counts
 * @param lostEvents exits or transitions that happened but are not in here
 * @param exits the costliest first
 * @param rings the most frequent first; empty where the processor does not show ring transitions
 * @param stacks by which calls the guest came to its exits; empty where nobody looked
 * @param timeline exits and residency over the run's time; empty where nobody looked
 */
public record Profile(
    String guest,
    String backend,
    int vcpus,
    long instructions,
    long lostEvents,
    List<TrapRow> exits,
    Optional<List<RingRow>> rings,
    Residency residency,
    Optional<CallPaths> stacks,
    Optional<Timeline> timeline) {
  public Profile {
    exits = List.copyOf(exits);
    rings = rings.map(List::copyOf);
  }

  /** Without call paths and timeline. */
  public Profile(
      String guest,
      String backend,
      int vcpus,
      long instructions,
      long lostEvents,
      List<TrapRow> exits,
      Optional<List<RingRow>> rings,
      Residency residency) {
    this(
        guest,
        backend,
        vcpus,
        instructions,
        lostEvents,
        exits,
        rings,
        residency,
        Optional.empty(),
        Optional.empty());
  }

  /** The time that all exits took together, in nanoseconds. */
  public long totalCost() {
    return exits.stream().mapToLong(TrapRow::total).sum();
  }

  /** All exits together. */
  public long exitCount() {
    return exits.stream().mapToLong(TrapRow::count).sum();
  }

  /** A row's part of the time that all exits took, 0 to 1. */
  public double share(TrapRow row) {
    long all = totalCost();
    return all == 0 ? 0 : (double) row.total() / all;
  }
}
