package dev.ringside.debug;

/**
 * What a data breakpoint can be set on.
 *
 * @param dataId what {@link DebugSession#setDataBreakpoints} takes; empty if there is none
 * @param description the expression, or why it cannot be watched
 */
public record DataTarget(String dataId, String description) {}
