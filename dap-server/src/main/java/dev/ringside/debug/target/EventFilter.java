package dev.ringside.debug.target;

import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.RingTransition;
import dev.ringside.vmm.Vcpu;
import dev.ringside.vmm.VmExit;

/**
 * Decides at VM exits, ring transitions and exceptions whether the guest stops; on the vCPU's
 * thread. What a filter does not want to see costs nothing.
 */
public interface EventFilter {
  /** Whether it wants VM exits at all. */
  boolean wantsExits();

  /** Whether it wants ring transitions at all. */
  boolean wantsRings();

  /** Whether it wants exceptions at all. */
  boolean wantsEvents();

  /** A VM exit, before it is handled. */
  boolean stopsAt(Vcpu vcpu, VmExit exit);

  /** A ring transition, at the first instruction in the new ring. */
  boolean stopsAt(Vcpu vcpu, RingTransition transition);

  /** An exception or interrupt, before it is delivered. */
  boolean stopsAt(Vcpu vcpu, EventDelivery event);
}
