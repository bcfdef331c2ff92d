package dev.ringside.vmm;

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

  private final HookChain<VmExitHook> exits = new HookChain<>();
  private final HookChain<RingTransitionHook> rings = new HookChain<>();
  private final HookChain<EventDeliveryHook> events = new HookChain<>();
  private final Runnable changed;

  Hooks(Runnable changed) {
    this.changed = changed;
  }

  /** Installs a hook for VM exits and entries; {@code token} comes back in the stop it asks for. */
  public Installed onExit(VmExitHook hook, Object token) {
    return install(exits, hook, token);
  }

  /** Installs a hook for ring transitions. */
  public Installed onRingTransition(RingTransitionHook hook, Object token) {
    return install(rings, hook, token);
  }

  /** Installs a hook for exceptions and interrupts that the guest takes. */
  public Installed onEventDelivery(EventDeliveryHook hook, Object token) {
    return install(events, hook, token);
  }

  private <H> Installed install(HookChain<H> chain, H hook, Object token) {
    Runnable removal = chain.add(hook, token);
    changed.run();
    return () -> {
      removal.run();
      changed.run();
    };
  }

  boolean watchesExits() {
    return exits.first() != null;
  }

  boolean watchesProcessor() {
    return rings.first() != null || events.first() != null;
  }

  /** Calls all exit hooks; the token of the first that wants a stop, or null. */
  @Nullable Object exit(Vcpu vcpu, VmExit exit) {
    Object stop = null;
    for (HookChain.Link<VmExitHook> l = exits.first(); l != null; l = l.next()) {
      if (l.hook().exit(vcpu, exit) == HookAction.STOP && stop == null) {
        stop = l.token();
      }
    }
    return stop;
  }

  void entry(Vcpu vcpu, VmExit exit, long hostNanos, long idleNanos) {
    for (HookChain.Link<VmExitHook> l = exits.first(); l != null; l = l.next()) {
      l.hook().entry(vcpu, exit, hostNanos, idleNanos);
    }
  }

  @Nullable Object ringTransition(Vcpu vcpu, RingTransition transition) {
    Object stop = null;
    for (HookChain.Link<RingTransitionHook> l = rings.first(); l != null; l = l.next()) {
      if (l.hook().transition(vcpu, transition) == HookAction.STOP && stop == null) {
        stop = l.token();
      }
    }
    return stop;
  }

  @Nullable Object eventDelivery(Vcpu vcpu, EventDelivery event) {
    Object stop = null;
    for (HookChain.Link<EventDeliveryHook> l = events.first(); l != null; l = l.next()) {
      if (l.hook().delivery(vcpu, event) == HookAction.STOP && stop == null) {
        stop = l.token();
      }
    }
    return stop;
  }
}
