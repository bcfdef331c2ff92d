package dev.ringside.debug.breakpoint;

import dev.ringside.vmm.control.ExecutionBreakpoint;
import dev.ringside.vmm.control.Watchpoint;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A breakpoint with its count of hits, which the vCPU's thread advances. */
final class Breakpoint {
  private final int id;
  private final BreakpointSpec spec;
  private final @Nullable HitCount hitCount;
  private final AtomicLong hits = new AtomicLong();
  private List<Site> sites = List.of();
  private List<ExecutionBreakpoint> execution = List.of();
  private List<Watchpoint> watchpoints = List.of();
  private String message = "";
  private boolean verified;

  private final boolean fromConsole;

  Breakpoint(int id, BreakpointSpec spec, @Nullable HitCount hitCount, boolean fromConsole) {
    this.id = id;
    this.fromConsole = fromConsole;
    this.spec = spec;
    this.hitCount = hitCount;
  }

  int id() {
    return id;
  }

  boolean isFromConsole() {
    return fromConsole;
  }

  BreakpointSpec spec() {
    return spec;
  }

  List<Site> sites() {
    return sites;
  }

  List<ExecutionBreakpoint> execution() {
    return execution;
  }

  List<Watchpoint> watchpoints() {
    return watchpoints;
  }

  void arm(List<ExecutionBreakpoint> onCode, List<Watchpoint> onData) {
    execution = List.copyOf(onCode);
    watchpoints = List.copyOf(onData);
  }

  void bind(Resolution resolution) {
    sites = resolution.sites();
    message = resolution.message();
    verified = !sites.isEmpty() || spec instanceof BreakpointSpec.Data;
  }

  void refuse(String reason) {
    sites = List.of();
    execution = List.of();
    watchpoints = List.of();
    message = reason;
    verified = false;
  }

  /** How often it was hit with its condition true. */
  long hits() {
    return hits.get();
  }

  void resetHits() {
    hits.set(0);
  }

  /** Counts a hit; whether the breakpoint acts at this one. */
  boolean counts() {
    long hit = hits.incrementAndGet();
    return hitCount == null || hitCount.stopsAt(hit);
  }

  BreakpointState state() {
    OptionalLong address =
        spec instanceof BreakpointSpec.Data data
            ? OptionalLong.of(data.address())
            : sites.isEmpty() ? OptionalLong.empty() : OptionalLong.of(sites.getFirst().address());
    return new BreakpointState(
        id,
        verified,
        message,
        sites.isEmpty() ? java.util.Optional.empty() : sites.getFirst().position(),
        address,
        sites.size());
  }
}
