package dev.ringside.vmm;

/**
 * Where a vCPU tells what it sees itself; absent when no hook is installed, so that it costs
 * nothing.
 */
public interface VcpuObserver {
  /** A ring transition completed. */
  HookAction ringTransition(RingTransition transition);

  /** An event is about to be delivered through the guest's IDT. */
  HookAction eventDelivery(EventDelivery event);
}
