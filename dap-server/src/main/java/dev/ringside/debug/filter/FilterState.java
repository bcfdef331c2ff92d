package dev.ringside.debug.filter;

/**
 * What became of a filter.
 *
 * @param id as it was asked for
 * @param verified whether it is armed
 * @param message why not, or what to know; empty for nothing
 */
public record FilterState(String id, boolean verified, String message) {}
