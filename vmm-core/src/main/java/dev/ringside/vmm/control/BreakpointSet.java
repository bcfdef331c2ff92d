package dev.ringside.vmm.control;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All breakpoints and watchpoints of a vCPU at one moment: immutable, handed over whole. */
public final class BreakpointSet {
  /** None at all. */
  public static final BreakpointSet EMPTY = new BreakpointSet(List.of(), List.of());

  private final Map<Long, List<ExecutionBreakpoint>> byAddress;
  private final List<Watchpoint> watchpoints;

  /** Copies both lists. */
  public BreakpointSet(List<ExecutionBreakpoint> breakpoints, List<Watchpoint> watchpoints) {
    Map<Long, List<ExecutionBreakpoint>> map = new HashMap<>();
    for (ExecutionBreakpoint b : breakpoints) {
      map.merge(
          b.linearAddress(),
          List.of(b),
          (x, y) -> java.util.stream.Stream.concat(x.stream(), y.stream()).toList());
    }
    this.byAddress = Map.copyOf(map);
    this.watchpoints = List.copyOf(watchpoints);
  }

  /** The breakpoints on the instruction at a linear address; empty for none. */
  public List<ExecutionBreakpoint> at(long linearAddress) {
    return byAddress.getOrDefault(linearAddress, List.of());
  }

  /** The breakpoints by their linear address. */
  public Map<Long, List<ExecutionBreakpoint>> byAddress() {
    return byAddress;
  }

  public List<Watchpoint> watchpoints() {
    return watchpoints;
  }

  public boolean isEmpty() {
    return byAddress.isEmpty() && watchpoints.isEmpty();
  }
}
