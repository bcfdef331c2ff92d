package dev.ringside.debug.filter;

import dev.ringside.debug.StopReason;
import dev.ringside.debug.breakpoint.BreakpointListener;
import dev.ringside.debug.expression.Environment;
import dev.ringside.debug.expression.EventFacts;
import dev.ringside.debug.expression.ExpressionException;
import dev.ringside.debug.frame.FrameContext;
import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.target.EventFilter;
import dev.ringside.debug.target.Target;
import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The filters of a session: the client's, replaced whole, and the console's own. Setting them is
 * open to any thread; events are judged on the vCPU's thread.
 */
public final class Filters {
  private final Target target;
  private final Program program;
  private final BreakpointListener listener;
  private final AtomicReference<Optional<StopReason>> pending =
      new AtomicReference<>(Optional.empty());
  private List<ArmedFilter> fromClient = List.of();
  private final List<ArmedFilter> fromConsole = new ArrayList<>();

  public Filters(Target target, Program program, BreakpointListener listener) {
    this.target = target;
    this.program = program;
    this.listener = listener;
  }

  /** Replaces the client's filters; the result is in the order of the requests. */
  public synchronized List<FilterState> set(List<FilterRequest> requests) {
    List<ArmedFilter> armed = new ArrayList<>();
    List<FilterState> states = new ArrayList<>();
    for (FilterRequest request : requests) {
      states.add(arm(request, armed));
    }
    fromClient = List.copyOf(armed);
    install();
    return states;
  }

  /** Takes over the filters of another session. */
  public synchronized void adopt(Filters other) {
    List<ArmedFilter> client = new ArrayList<>();
    fromConsole.clear();
    synchronized (other) {
      other.fromClient.forEach(f -> arm(request(f), client));
      other.fromConsole.forEach(f -> arm(request(f), fromConsole));
    }
    fromClient = List.copyOf(client);
    install();
  }

  private static FilterRequest request(ArmedFilter armed) {
    return new FilterRequest(armed.filter.id(), armed.text());
  }

  /** Adds one that only {@link #removeConsole} takes away. */
  public synchronized FilterState add(FilterRequest request) {
    FilterState state = arm(request, fromConsole);
    install();
    return state;
  }

  /**
   * Removes the console's filters of an id, or the one that {@link #armed} names so, with its
   * condition; whether there was one.
   */
  public synchronized boolean removeConsole(String name) {
    boolean removed =
        fromConsole.removeIf(f -> f.filter.id().equals(name) || described(f).equals(name));
    install();
    return removed;
  }

  /** Removes all. */
  public synchronized void clear() {
    fromClient = List.of();
    fromConsole.clear();
    install();
  }

  /** Ids of all that are armed, with their conditions. */
  public synchronized List<String> armed() {
    List<String> all = new ArrayList<>();
    for (List<ArmedFilter> list : List.of(fromClient, fromConsole)) {
      for (ArmedFilter f : list) {
        all.add(described(f));
      }
    }
    return all;
  }

  private static String described(ArmedFilter f) {
    return f.filter.id() + (f.text().isBlank() ? "" : " if " + f.text());
  }

  private FilterState arm(FilterRequest request, List<ArmedFilter> armed) {
    Optional<Filter> filter = Filter.parse(request.id());
    if (filter.isEmpty()) {
      return new FilterState(
          request.id(),
          false,
          "there is no filter '"
              + request.id()
              + "'; known are exit:REASON, ring:FROM-TO, exception:VECTOR and triple-fault");
    }
    try {
      ArmedFilter one = new ArmedFilter(filter.get(), request.condition(), program);
      armed.add(one);
      return new FilterState(
          request.id(),
          true,
          one.isLocal() ? "names in the condition are looked up where each event happens" : "");
    } catch (ExpressionException e) {
      return new FilterState(request.id(), false, String.valueOf(e.getMessage()));
    }
  }

  private void install() {
    List<ArmedFilter> all = new ArrayList<>(fromClient);
    all.addAll(fromConsole);
    target.setEventFilter(all.isEmpty() ? null : new Judge(List.copyOf(all)));
  }

  /** Why the filters stopped the guest, told once; empty if they did not. */
  public Optional<StopReason> takeReason() {
    return pending.getAndSet(Optional.empty());
  }

  /** Judges events; on the vCPU's thread. */
  private final class Judge implements EventFilter {
    private final List<ArmedFilter> exits = new ArrayList<>();
    private final List<ArmedFilter> rings = new ArrayList<>();
    private final List<ArmedFilter> events = new ArrayList<>();
    private final EventFacts facts = new EventFacts();

    Judge(List<ArmedFilter> all) {
      for (ArmedFilter armed : all) {
        switch (armed.filter) {
          case Filter.AnyExit f -> exits.add(armed);
          case Filter.Exit f -> exits.add(armed);
          case Filter.TripleFault f -> exits.add(armed);
          case Filter.AnyRing f -> rings.add(armed);
          case Filter.Ring f -> rings.add(armed);
          case Filter.AtVector f -> events.add(armed);
        }
      }
    }

    @Override
    public boolean wantsExits() {
      return !exits.isEmpty();
    }

    @Override
    public boolean wantsRings() {
      return !rings.isEmpty();
    }

    @Override
    public boolean wantsEvents() {
      return !events.isEmpty();
    }

    @Override
    public boolean stopsAt(Vcpu vcpu, VmExit exit) {
      boolean prepared = false;
      for (ArmedFilter armed : exits) {
        if (matches(armed.filter, exit)) {
          if (!prepared) {
            Facts.of(exit, facts);
            prepared = true;
          }
          StopReason reason =
              exit instanceof VmExit.TripleFault
                  ? new StopReason.AtTripleFault(exit)
                  : new StopReason.AtVmExit(exit);
          if (holds(armed, vcpu, reason)) {
            return true;
          }
        }
      }
      return false;
    }

    private static boolean matches(Filter filter, VmExit exit) {
      return switch (filter) {
        case Filter.AnyExit any -> true;
        case Filter.Exit one -> one.reason() == exit.reason();
        case Filter.TripleFault t -> exit instanceof VmExit.TripleFault;
        case Filter.AnyRing r -> false;
        case Filter.Ring r -> false;
        case Filter.AtVector x -> false;
      };
    }

    @Override
    public boolean stopsAt(Vcpu vcpu, RingTransition transition) {
      for (ArmedFilter armed : rings) {
        boolean matches =
            !(armed.filter instanceof Filter.Ring ring)
                || (ring.from() == transition.from() && ring.to() == transition.to());
        if (matches) {
          Facts.of(transition, facts);
          if (holds(armed, vcpu, new StopReason.AtRingTransition(transition))) {
            return true;
          }
        }
      }
      return false;
    }

    @Override
    public boolean stopsAt(Vcpu vcpu, EventDelivery event) {
      if (event.kind() != EventDelivery.Kind.EXCEPTION && event.kind() != EventDelivery.Kind.NMI) {
        return false;
      }
      for (ArmedFilter armed : events) {
        if (armed.filter instanceof Filter.AtVector x && x.vector() == event.vector()) {
          Facts.of(event, facts);
          if (holds(armed, vcpu, new StopReason.AtException(event))) {
            return true;
          }
        }
      }
      return false;
    }

    private boolean holds(ArmedFilter armed, Vcpu vcpu, StopReason reason) {
      if (!armed.text().isBlank()) {
        GuestView view = target.viewOf(vcpu);
        Environment environment =
            new Environment(view, FrameContext.live(program, view), true, true, facts);
        try {
          if (!armed.holds(environment)) {
            return false;
          }
        } catch (ExpressionException e) {
          String message = armed.text() + ": " + e.getMessage();
          listener.conditionFailed(0, message);
          pending.set(Optional.of(new StopReason.ConditionFailed(0, message)));
          return true;
        }
      }
      pending.set(Optional.of(reason));
      return true;
    }
  }
}
