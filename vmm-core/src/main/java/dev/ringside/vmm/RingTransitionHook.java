package dev.ringside.vmm;

/**
 * Sees ring transitions, on the vCPU's thread, at the first instruction in the new ring. It must
 * not block.
 */
@FunctionalInterface
public interface RingTransitionHook {
  /** A transition has completed. */
  HookAction transition(Vcpu vcpu, RingTransition transition);
}
