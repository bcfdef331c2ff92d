package dev.ringside.profiler;

import dev.ringside.vmm.vmx.ExitReason;
import java.util.Comparator;

/**
 * VM exits of one kind from one place. Times are host nanoseconds from the exit to the next entry,
 * debugger stops and sleep in HLT excluded; they are 0 where no entry followed (the exit that
 * powered the guest off).
 *
 * @param detail what tells this exit from others of its reason ({@code port 0x3f8 out 1}); may be
 *     empty
 * @param place where the exiting instruction is; for exits that no instruction caused, the next one
 * @param cpl ring it ran in, 0 to 3
 * @param vcpu from 0
 * @param count exits, at least 1
 * @param p50 the median, within 1 %, as {@code p90} and {@code p99} are; {@code min} and {@code
 *     max} are exact
 */
public record TrapRow(
    ExitReason reason,
    String detail,
    Place place,
    int cpl,
    int vcpu,
    long count,
    long total,
    long min,
    long mean,
    long p50,
    long p90,
    long p99,
    long max) {

  /** The costliest first; what costs the same, by name. */
  public static final Comparator<TrapRow> BY_COST =
      Comparator.comparingLong(TrapRow::total)
          .thenComparingLong(TrapRow::count)
          .reversed()
          .thenComparing(TrapRow::reason)
          .thenComparing(TrapRow::detail)
          .thenComparing(row -> row.place().name());
}
