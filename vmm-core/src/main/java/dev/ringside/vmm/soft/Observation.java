package dev.ringside.vmm.soft;

import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.HookAction;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.VcpuObserver;
import dev.ringside.vmm.control.StopCause;
import dev.ringside.vmm.x86.Vector;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom the processor tells of ring transitions and event deliveries, and the stop that they asked
 * for.
 */
final class Observation {
  private static final int KEPT = 16;

  private final Processor c;
  private final ArrayDeque<EventDelivery> recent = new ArrayDeque<>();
  private @Nullable VcpuObserver observer;
  private @Nullable StopCause stop;

  Observation(Processor c) {
    this.c = c;
  }

  /** The last events, oldest first: at most {@value #KEPT}. */
  List<EventDelivery> recentEvents() {
    return List.copyOf(recent);
  }

  void observer(@Nullable VcpuObserver who) {
    observer = who;
  }

  /** Asks the run loop to stop before the next instruction. */
  void stop(StopCause cause) {
    stop = cause;
    c.attention |= Attention.STOP;
  }

  /** Takes the stop that was asked for. */
  @Nullable StopCause takeStop() {
    StopCause taken = stop;
    stop = null;
    c.attention &= ~Attention.STOP;
    return taken;
  }

  /** Tells of a transition that has just completed; the processor is in the new ring. */
  void transition(int from, RingTransition.Mechanism mechanism, int vector, long fromRip) {
    VcpuObserver who = observer;
    if (who == null) {
      return;
    }
    RingTransition transition =
        new RingTransition(
            c.id, from, c.cpl, mechanism, vector, fromRip, c.linearRip(), c.instructions);
    if (who.ringTransition(transition) == HookAction.STOP) {
      stop(new StopCause.Requested(transition));
    }
  }

  /**
   * Tells of an event about to be delivered.
   *
   * @return whether the guest is to stop before it is
   */
  boolean stopsAt(
      EventDelivery.Kind kind, int vector, boolean hasErrorCode, int errorCode, long address) {
    EventDelivery event =
        new EventDelivery(
            c.id,
            kind,
            vector,
            hasErrorCode,
            errorCode,
            vector == Vector.PF ? address : 0,
            c.linearRip(),
            c.cpl);
    if (recent.size() == KEPT) {
      recent.removeFirst();
    }
    recent.addLast(event);
    VcpuObserver who = observer;
    if (who != null && who.eventDelivery(event) == HookAction.STOP) {
      stop(new StopCause.Requested(event));
      return true;
    }
    return false;
  }
}
