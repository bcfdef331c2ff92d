package dev.ringside.profiler;

import java.util.List;

/**
 * Where the time of a run went, in host nanoseconds; together they are the time that the machine
 * was not stopped for a debugger.
 *
 * @param rings time in rings 0 to 3; empty where the processor does not show ring transitions
 * @param host time from VM exits to the next entries
 * @param idle sleep in HLT
 */
public record Residency(List<Long> rings, long host, long idle) {
  public Residency {
    rings = List.copyOf(rings);
  }

  /** Time in a ring, 0 to 3; 0 where it is not known. */
  public long ring(int number) {
    return rings.isEmpty() ? 0 : rings.get(number);
  }
}
