package dev.ringside.vmm.soft;

import dev.ringside.vmm.CpuState;
import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.VmExit;
import dev.ringside.vmm.control.ExecutionBreakpoint;
import dev.ringside.vmm.control.StopCause;
import dev.ringside.vmm.x86.Vector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The run loop: block after block, until an exit, a stop or the limit. What interrupts the flow
 * inside a block comes as one of four signals ({@link GuestFault}, {@link ExitSignal}, {@link
 * RestartSignal}, {@link StopSignal}); what must be looked at between blocks is a bit in {@link
 * Processor#attention}.
 */
final class Interpreter {
  private final Processor c;

  /** What breakpoint conditions see. */
  private final CpuState state;

  private final LinearMemory memory;
  private final CodeCache cache;
  private final BlockBuilder builder;
  private final Watches watches;
  private final Events events;

  /** Set while breakpoints on the instruction at {@link #passingAt} are passed over. */
  private boolean passing;

  private long passingAt;

  /** The rules around instructions, which belong to other classes of the processor. */
  interface Events {
    /**
     * Delivers {@code c.fault}, found by the instruction at {@code c.rip}, to the guest.
     *
     * @throws ExitSignal where the exception exits, or ends in a triple fault
     */
    void deliver(GuestFault fault);

    /**
     * Looks at {@code c.attention} (not zero) before the next instruction. It may deliver
     * something, run instructions alone through {@link Interpreter#runAlone}, or end the run.
     *
     * @return how the run ends; null to go on
     */
    @Nullable RunResult attend(Interpreter interpreter);

    /** After an instruction that ran alone touched watched addresses. */
    void watched(List<Watches.Hit> hits);

    /** The record of an exit, now that RIP is back at the instruction, which has that length. */
    VmExit finish(ExitSignal signal, int instructionLength);

    /** Whether another thread wants the vCPU; asking takes the request. */
    boolean takeKick();
  }

  Interpreter(
      Processor c,
      CpuState state,
      LinearMemory memory,
      CodeCache cache,
      BlockBuilder builder,
      Watches watches,
      Events events) {
    this.c = c;
    this.state = state;
    this.memory = memory;
    c.memory = memory;
    this.cache = cache;
    this.builder = builder;
    this.watches = watches;
    this.events = events;
  }

  /**
   * Runs until something happens or {@code limit} instructions are complete in all.
   *
   * @param passBreakpoint whether a breakpoint on the first instruction is passed over
   */
  RunResult run(long limit, boolean passBreakpoint) {
    c.instructionLimit = limit;
    passing = passBreakpoint && c.attention != 0;
    passingAt = c.linearRip();
    if (passBreakpoint && !passing && c.instructions < limit && hasBreakpoint()) {
      RunResult r = runAlone();
      if (r != null) {
        return r;
      }
    }
    Block b = null;
    while (true) {
      if (c.attention != 0) {
        RunResult r = attend();
        if (r != null) {
          return r;
        }
        b = null;
        if (c.attention != 0) {
          continue;
        }
      }
      if (events.takeKick()) {
        return new RunResult.Kicked();
      }
      long left = limit - c.instructions;
      if (left <= 0) {
        return new RunResult.LimitReached();
      }
      try {
        b = b == null ? cache.atRip() : follow(b);
      } catch (GuestFault f) {
        b = null;
        RunResult r = deliver(f);
        if (r != null) {
          return r;
        }
        continue;
      } catch (ExitSignal e) {
        return exited(e, 0);
      } catch (StopSignal s) {
        return new RunResult.Failed(s.reason());
      }
      if (b.budget > left || b.lastByte > c.codeLimit) {
        RunResult r = special(b, left);
        if (r != null) {
          return r;
        }
        b = null;
        continue;
      }
      if (!execute(b)) {
        b = null;
        RunResult r = outcome;
        if (r != null) {
          outcome = null;
          return r;
        }
      }
    }
  }

  /** How the run ends, when {@link #execute} returned false; null if it goes on. */
  private @Nullable RunResult outcome;

  /** Runs a block; false if it did not come to its end. */
  private boolean execute(Block b) {
    Processor c = this.c;
    Op[] ops = b.ops;
    int last = ops.length - 1;
    int i = 0;
    try {
      for (; i < last; i++) {
        ops[i].execute(c);
      }
      Op end = ops[last];
      c.instructions += b.instructions - end.weight;
      c.rip = b.end;
      end.execute(c);
      c.instructions += end.weight;
      return true;
    } catch (GuestFault f) {
      rewind(b, i);
      inStack(f, ops[i]);
      outcome = deliver(f);
    } catch (RestartSignal s) {
      rewind(b, i);
      outcome = runAlone();
    } catch (ExitSignal e) {
      rewind(b, i);
      outcome = exited(e, ops[i].length);
    } catch (StopSignal s) {
      rewind(b, i);
      outcome = new RunResult.Failed(s.reason());
    }
    return false;
  }

  /** Back to the op that did not complete: RIP at it, and only what came before it counted. */
  private void rewind(Block b, int index) {
    c.rip = b.ops[index].rip;
    if (index < b.ops.length - 1) {
      c.instructions += b.instructionsBefore(index);
    }
  }

  private Block follow(Block b) {
    int epoch = memory.epoch();
    if (b.chainEpoch != epoch || !b.valid) {
      b.chainEpoch = epoch;
      b.next0 = null;
      b.next1 = null;
    }
    long rip = c.rip;
    int mode = c.modeKey;
    Block n = b.next0;
    if (n != null && n.rip == rip && n.mode == mode && n.valid) {
      return n;
    }
    n = b.next1;
    if (n != null && n.rip == rip && n.mode == mode && n.valid) {
      return n;
    }
    n = cache.atRip();
    if (n.secondOffset < 0 && memory.epoch() == epoch) {
      b.next1 = b.next0;
      b.next0 = n;
    }
    return n;
  }

  /**
   * A breakpoint on the block, too little budget left for all of it, or its end beyond CS's limit.
   */
  private @Nullable RunResult special(Block b, long left) {
    if (b.breakpoint) {
      RunResult r = atBreakpoint(b.linear);
      if (r != null) {
        return r;
      }
      return runAlone();
    }
    long until = c.instructions + Math.min(left, b.instructions);
    long rip = c.rip;
    while (c.instructions < until && c.attention == 0) {
      RunResult r = runAlone();
      if (r != null) {
        return r;
      }
      if (c.rip - rip < 0 || c.rip - rip >= b.size) {
        break;
      }
    }
    return null;
  }

  private boolean hasBreakpoint() {
    return !cache.breakpoints().at(c.linearRip()).isEmpty();
  }

  /**
   * Evaluates the conditions of the breakpoints at an address: how the run stops there, or null.
   */
  @Nullable RunResult atBreakpoint(long linear) {
    List<ExecutionBreakpoint> here = cache.breakpoints().at(linear);
    if (here.isEmpty() || (passing && linear == passingAt)) {
      return null;
    }
    List<Integer> hit = new ArrayList<>();
    for (ExecutionBreakpoint breakpoint : here) {
      if (breakpoint.condition().stopsAt(state)) {
        hit.add(breakpoint.id());
      }
    }
    return hit.isEmpty() ? null : new RunResult.Stopped(new StopCause.AtBreakpoint(hit));
  }

  private @Nullable RunResult attend() {
    try {
      return events.attend(this);
    } catch (ExitSignal e) {
      return exited(e, 0);
    } catch (StopSignal s) {
      return new RunResult.Failed(s.reason());
    }
  }

  /**
   * Runs the instruction at RIP by itself: it may write code, touch watched addresses, and reach
   * the emulation bus.
   *
   * @return how the run ends; null to go on
   */
  @Nullable RunResult runAlone() {
    Op op = null;
    passing = false;
    memory.alone(true);
    try {
      op = builder.single();
      c.rip = builder.wrapRip(op.nextRip());
      op.execute(c);
      c.instructions += op.weight;
    } catch (GuestFault f) {
      if (op != null) {
        c.rip = op.rip;
        inStack(f, op);
      }
      memory.alone(false);
      return deliver(f);
    } catch (ExitSignal e) {
      if (op != null) {
        c.rip = op.rip;
      }
      return exited(e, op == null ? 0 : op.length);
    } catch (StopSignal s) {
      if (op != null) {
        c.rip = op.rip;
      }
      return new RunResult.Failed(s.reason());
    } finally {
      memory.alone(false);
    }
    if (!watches.isEmpty()) {
      List<Watches.Hit> hits = watches.takeHits();
      if (!hits.isEmpty()) {
        events.watched(hits);
      }
    }
    return null;
  }

  private @Nullable RunResult deliver(GuestFault f) {
    try {
      events.deliver(f);
      return null;
    } catch (ExitSignal e) {
      return exited(e, 0);
    } catch (StopSignal s) {
      return new RunResult.Failed(s.reason());
    }
  }

  private RunResult exited(ExitSignal e, int length) {
    return new RunResult.Exited(events.finish(e, length));
  }

  /** A non-canonical address in the stack segment is #SS rather than #GP (SDM vol. 1, 3.3.7.1). */
  private static void inStack(GuestFault f, Op op) {
    if (f.nonCanonical && op.stackSegment) {
      f.vector = Vector.SS;
    }
  }
}
