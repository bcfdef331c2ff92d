package dev.ringside.debug.breakpoint;

import dev.ringside.debug.StopReason.BreakpointKind;
import dev.ringside.debug.expression.CompiledExpression;
import dev.ringside.debug.expression.ExpressionException;
import dev.ringside.debug.expression.NameScope;
import dev.ringside.debug.program.CodeScope;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.target.Target;
import dev.ringside.debug.value.Formatter;
import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.control.Condition;
import dev.ringside.vmm.control.ExecutionBreakpoint;
import dev.ringside.vmm.control.Watchpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All breakpoints of a session. Groups replace each other whole, as clients send them: one group a
 * source file, one each for functions, instructions and data, and the console's own. Callable from
 * any thread; changes apply to a running guest before the call returns.
 */
public final class Breakpoints {
  /** The group of breakpoints that the console made. */
  private static final String CONSOLE = "console";

  private final Target target;
  private final Program program;
  private final Resolver resolver;
  private final BreakpointListener listener;
  private final Map<String, List<Breakpoint>> groups = new LinkedHashMap<>();
  private volatile Map<Integer, Breakpoint> byId = Map.of();
  private int nextId = 1;

  public Breakpoints(Target target, Program program, BreakpointListener listener) {
    this.target = target;
    this.program = program;
    this.resolver = new Resolver(program);
    this.listener = listener;
  }

  /** Replaces the breakpoints of a source file; the result is in the order of the requests. */
  public List<BreakpointState> setSource(String path, List<BreakpointSpec.Source> specs) {
    return replace("source:" + path, specs);
  }

  /** Replaces the function breakpoints. */
  public List<BreakpointState> setFunctions(List<BreakpointSpec.Function> specs) {
    return replace("functions", specs);
  }

  /** Replaces the instruction breakpoints. */
  public List<BreakpointState> setInstructions(List<BreakpointSpec.Instruction> specs) {
    return replace("instructions", specs);
  }

  /** Replaces the data breakpoints. */
  public List<BreakpointState> setData(List<BreakpointSpec.Data> specs) {
    return replace("data", specs);
  }

  /** Adds one that only {@link #remove} takes away. */
  public synchronized BreakpointState add(BreakpointSpec spec) {
    Breakpoint breakpoint = make(spec, true);
    groups.computeIfAbsent(CONSOLE, k -> new ArrayList<>()).add(breakpoint);
    arm();
    return breakpoint.state();
  }

  /** Removes a breakpoint by its number; whether there was one. */
  public synchronized boolean remove(int id) {
    boolean removed = false;
    for (List<Breakpoint> group : groups.values()) {
      removed |= group.removeIf(b -> b.id() == id);
    }
    arm();
    return removed;
  }

  /** Removes all. */
  public synchronized void clear() {
    groups.clear();
    arm();
  }

  /**
   * Takes over the breakpoints of another session, under the same numbers, and finds their places
   * anew: the program may have been built again.
   *
   * @return those whose state is no longer what it was there
   */
  public synchronized List<BreakpointState> adopt(Breakpoints other) {
    List<BreakpointState> changed = new ArrayList<>();
    synchronized (other) {
      nextId = other.nextId;
      other.groups.forEach(
          (name, group) -> {
            List<Breakpoint> mine = new ArrayList<>();
            for (Breakpoint old : group) {
              Breakpoint breakpoint = make(old.id(), old.spec(), old.isFromConsole());
              mine.add(breakpoint);
              if (!breakpoint.state().equals(old.state())) {
                changed.add(breakpoint.state());
              }
            }
            groups.put(name, mine);
          });
    }
    arm();
    return changed;
  }

  /** Starts counting hits anew: the guest was restarted. */
  public synchronized void resetHits() {
    groups.values().forEach(g -> g.forEach(Breakpoint::resetHits));
  }

  /** What is there, in the order of numbers. */
  public synchronized List<BreakpointState> all() {
    return groups.values().stream()
        .flatMap(List::stream)
        .map(Breakpoint::state)
        .sorted(java.util.Comparator.comparingInt(BreakpointState::id))
        .toList();
  }

  /** What a breakpoint was asked to be. Never waits, so that the vCPU's thread may ask. */
  public Optional<BreakpointSpec> spec(int id) {
    return Optional.ofNullable(byId.get(id)).map(Breakpoint::spec);
  }

  /** How often a breakpoint was hit with its condition true. */
  public long hits(int id) {
    Breakpoint breakpoint = byId.get(id);
    return breakpoint == null ? 0 : breakpoint.hits();
  }

  /** What sort of breakpoint a number stands for. Never waits. */
  public BreakpointKind kind(int id) {
    Breakpoint breakpoint = byId.get(id);
    if (breakpoint == null || breakpoint.isFromConsole()) {
      return BreakpointKind.CONSOLE;
    }
    return switch (breakpoint.spec()) {
      case BreakpointSpec.Source s -> BreakpointKind.SOURCE;
      case BreakpointSpec.Function f -> BreakpointKind.FUNCTION;
      case BreakpointSpec.Instruction i -> BreakpointKind.INSTRUCTION;
      case BreakpointSpec.Data d -> BreakpointKind.DATA;
    };
  }

  private synchronized List<BreakpointState> replace(
      String group, List<? extends BreakpointSpec> specs) {
    List<Breakpoint> old = new ArrayList<>(groups.getOrDefault(group, List.of()));
    List<Breakpoint> now = new ArrayList<>();
    for (BreakpointSpec spec : specs) {
      Breakpoint kept = null;
      for (Breakpoint candidate : old) {
        if (candidate.spec().equals(spec)) {
          kept = candidate;
          break;
        }
      }
      if (kept == null) {
        now.add(make(spec, false));
      } else {
        old.remove(kept);
        now.add(kept);
      }
    }
    groups.put(group, now);
    arm();
    return now.stream().map(Breakpoint::state).toList();
  }

  private Breakpoint make(BreakpointSpec spec, boolean fromConsole) {
    return make(nextId++, spec, fromConsole);
  }

  private Breakpoint make(int id, BreakpointSpec spec, boolean fromConsole) {
    String hitText = spec.modifiers().hitCondition();
    Optional<HitCount> hits = hitText.isBlank() ? Optional.empty() : HitCount.parse(hitText);
    Breakpoint breakpoint = new Breakpoint(id, spec, hits.orElse(null), fromConsole);
    if (!hitText.isBlank() && hits.isEmpty()) {
      breakpoint.refuse("'" + hitText + "' is no hit count; write 5, >= 5 or % 5");
    } else {
      breakpoint.bind(resolver.resolve(spec));
      compile(breakpoint);
    }
    return breakpoint;
  }

  /** Hands what is there to the target. */
  private void arm() {
    List<ExecutionBreakpoint> execution = new ArrayList<>();
    List<Watchpoint> watchpoints = new ArrayList<>();
    Map<Integer, Breakpoint> present = new HashMap<>();
    for (List<Breakpoint> group : groups.values()) {
      for (Breakpoint breakpoint : group) {
        present.put(breakpoint.id(), breakpoint);
        execution.addAll(breakpoint.execution());
        watchpoints.addAll(breakpoint.watchpoints());
      }
    }
    byId = Map.copyOf(present);
    target.setBreakpoints(new BreakpointSet(execution, watchpoints));
  }

  /** Compiles the conditions of a breakpoint that has been bound. */
  private void compile(Breakpoint breakpoint) {
    List<ExecutionBreakpoint> execution = new ArrayList<>();
    List<Watchpoint> watchpoints = new ArrayList<>();
    try {
      for (Site site : breakpoint.sites()) {
        NameScope scope =
            new FixedPlaceScope(CodeScope.at(program, site.address()), site.address());
        execution.add(
            new ExecutionBreakpoint(
                breakpoint.id(), site.address(), condition(breakpoint, site, scope)));
      }
      if (breakpoint.spec() instanceof BreakpointSpec.Data data) {
        Site site = new Site(data.address(), Optional.empty());
        NameScope scope = new CodeScope(program, data.address(), null);
        watchpoints.add(
            new Watchpoint(
                breakpoint.id(),
                data.address(),
                data.length(),
                data.access(),
                condition(breakpoint, site, scope)));
      }
      breakpoint.arm(execution, watchpoints);
    } catch (ExpressionException e) {
      breakpoint.refuse(String.valueOf(e.getMessage()));
    }
  }

  private Condition condition(Breakpoint breakpoint, Site site, NameScope scope) {
    Modifiers modifiers = breakpoint.spec().modifiers();
    CompiledExpression condition =
        modifiers.condition().isBlank()
            ? null
            : CompiledExpression.compile(modifiers.condition(), scope);
    LogMessage log =
        modifiers.logMessage().isEmpty()
            ? null
            : LogMessage.compile(modifiers.logMessage(), scope, new Formatter(program, false));
    return new ArmedCondition(target, program, breakpoint, site, condition, log, listener);
  }
}
