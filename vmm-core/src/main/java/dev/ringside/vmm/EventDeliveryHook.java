package dev.ringside.vmm;

/** Sees exceptions and interrupts that the guest takes, on the vCPU's thread. It must not block. */
@FunctionalInterface
public interface EventDeliveryHook {
  /**
   * The processor is about to deliver the event. For {@link HookAction#STOP} of a fault, the guest
   * stops with RIP at the faulting instruction, before anything is pushed.
   */
  HookAction delivery(Vcpu vcpu, EventDelivery event);
}
