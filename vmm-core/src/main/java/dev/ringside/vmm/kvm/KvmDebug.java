package dev.ringside.vmm.kvm;

import dev.ringside.vmm.RunResult;
import dev.ringside.vmm.UnavailableException;
import dev.ringside.vmm.control.BreakpointSet;
import dev.ringside.vmm.control.ExecutionBreakpoint;
import dev.ringside.vmm.control.StopCause;
import dev.ringside.vmm.control.Watchpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Breakpoints, watchpoints and single steps through KVM_SET_GUEST_DEBUG, in the four debug
 * registers: hardware breakpoints, so that neither guest nor client ever reads planted bytes.
 * Confined to the vCPU's thread.
 */
final class KvmDebug {
  /** How many breakpoints and watchpoints there can be together. */
  static final int REGISTERS = 4;

  private static final long SINGLE_STEP_HIT = 1 << 14;

  private final int fd;
  private final KvmVcpu vcpu;
  private final MemorySegment control;
  private BreakpointSet set = BreakpointSet.EMPTY;
  private List<Long> addresses = List.of();
  private int armed = -1;

  KvmDebug(int fd, KvmVcpu vcpu, Arena arena) {
    this.fd = fd;
    this.vcpu = vcpu;
    this.control = arena.allocate(KvmAbi.GUEST_DEBUG_SIZE, 8);
  }

  void setBreakpoints(BreakpointSet breakpoints) {
    int wanted = breakpoints.byAddress().size() + breakpoints.watchpoints().size();
    if (wanted > REGISTERS) {
      throw new UnavailableException(
          "KVM has "
              + REGISTERS
              + " debug registers for breakpoints and watchpoints; "
              + wanted
              + " are set");
    }
    set = breakpoints;
    addresses = List.copyOf(breakpoints.byAddress().keySet());
    armed = -1;
  }

  boolean hasBreakpointAt(long linear) {
    return !set.at(linear).isEmpty();
  }

  /** Makes the next KVM_RUN step (without breakpoints) or run (with them). */
  void arm(boolean step) {
    int wanted =
        step
            ? KvmAbi.DEBUG_ENABLE | KvmAbi.DEBUG_SINGLE_STEP
            : set.isEmpty() ? 0 : KvmAbi.DEBUG_ENABLE | KvmAbi.DEBUG_HARDWARE_BREAKPOINTS;
    if (wanted == armed) {
      return;
    }
    control.fill((byte) 0);
    control.set(ValueLayout.JAVA_INT, 0, wanted);
    if (!step) {
      long dr7 = 0x400;
      int n = 0;
      for (long address : addresses) {
        dr7 |= slot(n++, address, 0, 1);
      }
      for (Watchpoint w : set.watchpoints()) {
        dr7 |=
            slot(n++, w.linearAddress(), w.access() == Watchpoint.Access.WRITE ? 1 : 3, w.length());
      }
      control.set(ValueLayout.JAVA_LONG, KvmAbi.GUEST_DEBUG_REGISTERS + 7 * 8, dr7);
    }
    if (Linux.ioctl(fd, KvmAbi.SET_GUEST_DEBUG, control) < 0) {
      throw new KvmFailure("KVM_SET_GUEST_DEBUG", Linux.errno());
    }
    armed = wanted;
  }

  /** DR7's bits for one register (SDM vol. 3B, 17.2.4). */
  private long slot(int n, long address, int type, int length) {
    control.set(ValueLayout.JAVA_LONG, KvmAbi.GUEST_DEBUG_REGISTERS + n * 8L, address);
    int size = length == 8 ? 2 : length - 1;
    return 2L << (2 * n) | (long) (size << 2 | type) << (16 + 4 * n);
  }

  /** What a debug exit means. */
  RunResult stopped(int exception, long pc, long dr6) {
    if ((dr6 & SINGLE_STEP_HIT) != 0) {
      return new RunResult.LimitReached();
    }
    int watch = set.byAddress().size();
    for (Watchpoint w : set.watchpoints()) {
      if ((dr6 >> watch++ & 1) != 0) {
        return w.condition().stopsAt(vcpu)
            ? new RunResult.Stopped(
                new StopCause.AtWatchpoint(w.id(), w.linearAddress(), true, 0, 0))
            : new RunResult.LimitReached();
      }
    }
    RunResult stop = atBreakpoint(pc);
    if (stop != null) {
      return stop;
    }
    // No condition held: over the instruction, so that it does not trap again.
    armed = -1;
    return stepOver();
  }

  private @Nullable RunResult atBreakpoint(long pc) {
    List<Integer> hit = new ArrayList<>();
    for (ExecutionBreakpoint b : set.at(pc)) {
      if (b.condition().stopsAt(vcpu)) {
        hit.add(b.id());
      }
    }
    return hit.isEmpty() ? null : new RunResult.Stopped(new StopCause.AtBreakpoint(hit));
  }

  private RunResult stepOver() {
    return vcpu.step();
  }
}
