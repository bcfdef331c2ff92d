package dev.ringside.debug;

/**
 * The guest stands.
 *
 * @param vcpu the vCPU that stopped it, from 0
 */
public record StopEvent(int vcpu, StopReason reason) {}
