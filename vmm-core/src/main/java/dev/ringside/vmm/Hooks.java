package dev.ringside.vmm;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of a machine. Any number may come and go from any thread while the guest runs; they are
 * called on the vCPU's thread. With none installed, nothing is called and nothing is measured.
 */
public final class Hooks {
  /** An installed hook; closing it removes it. */
  public interface Installed extends AutoCloseable {
    @Override
    void close();
  }

  private record Entry<H>(H hook, Object token) {}

  private final List<Entry<VmExitHook>> exits = new CopyOnWriteArrayList<>();
  private final List<Entry<RingTransitionHook>> rings = new CopyOnWriteArrayList<>();
  private final List<Entry<EventDeliveryHook>> events = new CopyOnWriteArrayList<>();
  private final Runnable changed;

  Hooks(Runnable changed) {
    this.changed = changed;
  }

  /** Installs a hook for VM exits and entries; {@code token} comes back in the stop it asks for. */
  public Installed onExit(VmExitHook hook, Object token) {
    return install(exits, new Entry<>(hook, token));
  }

  /** Installs a hook for ring transitions. */
  public Installed onRingTransition(RingTransitionHook hook, Object token) {
    return install(rings, new Entry<>(hook, token));
  }

  /** Installs a hook for exceptions and interrupts that the guest takes. */
  public Installed onEventDelivery(EventDeliveryHook hook, Object token) {
    return install(events, new Entry<>(hook, token));
  }

  private <H> Installed install(List<Entry<H>> list, Entry<H> entry) {
    list.add(entry);
    changed.run();
    return () -> {
      list.remove(entry);
      changed.run();
    };
  }

  boolean watchesExits() {
    return !exits.isEmpty();
  }

  boolean watchesProcessor() {
    return !rings.isEmpty() || !events.isEmpty();
  }

  /** Calls all exit hooks; the token of the first that wants a stop, or null. */
  @Nullable Object exit(Vcpu vcpu, VmExit exit) {
    Object stop = null;
    for (Entry<VmExitHook> e : exits) {
      if (e.hook.exit(vcpu, exit) == HookAction.STOP && stop == null) {
        stop = e.token;
      }
    }
    return stop;
  }

  void entry(Vcpu vcpu, VmExit exit, long hostNanos, long idleNanos) {
    for (Entry<VmExitHook> e : exits) {
      e.hook.entry(vcpu, exit, hostNanos, idleNanos);
    }
  }

  @Nullable Object ringTransition(Vcpu vcpu, RingTransition transition) {
    Object stop = null;
    for (Entry<RingTransitionHook> e : rings) {
      if (e.hook.transition(vcpu, transition) == HookAction.STOP && stop == null) {
        stop = e.token;
      }
    }
    return stop;
  }

  @Nullable Object eventDelivery(Vcpu vcpu, EventDelivery event) {
    Object stop = null;
    for (Entry<EventDeliveryHook> e : events) {
      if (e.hook.delivery(vcpu, event) == HookAction.STOP && stop == null) {
        stop = e.token;
      }
    }
    return stop;
  }
}
