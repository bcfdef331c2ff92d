package dev.ringside.vmm.monitor;

import dev.ringside.vmm.VmExit;
import java.util.ArrayList;
import java.util.List;

/** The last 16 VM exits, and how many there were. */
final class ExitHistory {
  private static final int SIZE = 16;
  private final VmExit[] ring = new VmExit[SIZE];
  private long count;

  void add(VmExit exit) {
    ring[(int) count++ & (SIZE - 1)] = exit;
  }

  void clear() {
    count = 0;
  }

  long count() {
    return count;
  }

  /** Oldest first. */
  List<VmExit> recent() {
    List<VmExit> list = new ArrayList<>();
    for (long i = Math.max(0, count - SIZE); i < count; i++) {
      list.add(ring[(int) i & (SIZE - 1)]);
    }
    return list;
  }
}
