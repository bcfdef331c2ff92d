package dev.ringside.debug;

/**
 * A vCPU as clients get it.
 *
 * @param id its number + 1
 * @param name {@code vCPU 0 · ring 0 · long mode}
 */
public record ThreadInfo(int id, String name) {}
