package dev.ringside.symbols.dwarf;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Which unit covers an address: sorted ranges. Immutable. */
final class UnitRanges {
  private static final int MAX_NESTED = 8;

  private final long[] low;
  private final long[] high;
  private final int[] unit;
  private final @Nullable BitSet listed;

  private UnitRanges(long[] low, long[] high, int[] unit, @Nullable BitSet listed) {
    this.low = low;
    this.high = high;
    this.unit = unit;
    this.listed = listed;
  }

  /** Whether the units that are not listed have been asked too. */
  boolean complete() {
    return listed == null;
  }

  BitSet listed() {
    return listed == null ? new BitSet() : listed;
  }

  /** The index of the unit, or -1. */
  int find(long address) {
    int a = 0;
    int b = low.length - 1;
    while (a <= b) {
      int middle = (a + b) >>> 1;
      if (Long.compareUnsigned(low[middle], address) <= 0) {
        a = middle + 1;
      } else {
        b = middle - 1;
      }
    }
    // Ranges of different units may nest: an enclosing one begins a little earlier.
    for (int i = b; i >= 0 && i > b - MAX_NESTED; i--) {
      if (Long.compareUnsigned(address, high[i]) < 0) {
        return unit[i];
      }
    }
    return -1;
  }

  /** Collects ranges in any order. */
  static final class Builder {
    private long[] low = new long[256];
    private long[] high = new long[256];
    private int[] unit = new int[256];
    private int count;

    void add(long from, long to, int index) {
      if (count == low.length) {
        low = Arrays.copyOf(low, count * 2);
        high = Arrays.copyOf(high, count * 2);
        unit = Arrays.copyOf(unit, count * 2);
      }
      low[count] = from;
      high[count] = to;
      unit[count++] = index;
    }

    void addAll(UnitRanges other) {
      for (int i = 0; i < other.low.length; i++) {
        add(other.low[i], other.high[i], other.unit[i]);
      }
    }

    UnitRanges build(@Nullable BitSet listed) {
      Integer[] order = new Integer[count];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, Comparator.comparing(i -> low[i], Long::compareUnsigned));
      long[] sortedLow = new long[count];
      long[] sortedHigh = new long[count];
      int[] sortedUnit = new int[count];
      for (int i = 0; i < count; i++) {
        sortedLow[i] = low[order[i]];
        sortedHigh[i] = high[order[i]];
        sortedUnit[i] = unit[order[i]];
      }
      return new UnitRanges(sortedLow, sortedHigh, sortedUnit, listed);
    }
  }
}
