package dev.ringside.dap;

import dev.ringside.debug.DebugSession;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.target.MachineTarget;
import dev.ringside.vmm.VirtualMachine;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The guest of a session with its debug engine.
 *
 * @param launched whether it belongs to the session and ends with it; else it was attached to
 * @param name for people
 * @param stopOnEntry whether it stays at its first instruction once the client is configured
 * @param noDebug whether breakpoints and filters are left out
 */
record Debuggee(
    VirtualMachine machine,
    MachineTarget target,
    DebugSession debug,
    Profiling profiling,
    boolean launched,
    String name,
    boolean stopOnEntry,
    boolean noDebug) {

  static Debuggee of(
      VirtualMachine machine,
      Program program,
      Optional<Path> profile,
      boolean launched,
      String name,
      boolean stopOnEntry,
      boolean noDebug) {
    MachineTarget target = new MachineTarget(machine);
    DebugSession debug = new DebugSession(target, program);
    if (noDebug) {
      debug.setFilters(List.of());
    }
    Profiling profiling = new Profiling(machine, program, name, profile);
    debug.setTrapCost(profiling);
    if (!noDebug || profile.isPresent()) {
      profiling.start();
    }
    return new Debuggee(machine, target, debug, profiling, launched, name, stopOnEntry, noDebug);
  }

  Program program() {
    return debug.program();
  }

  String backend() {
    return machine.configuration().backend().name().toLowerCase(Locale.ROOT);
  }

  /** Ends a launched guest; lets an attached one run on without the session's breakpoints. */
  void leave(boolean terminate) {
    profiling.stop();
    if (launched) {
      debug.close();
      return;
    }
    if (terminate) {
      debug.terminate();
    } else {
      debug.detach();
    }
    target.detach();
    debug.program().close();
  }
}
