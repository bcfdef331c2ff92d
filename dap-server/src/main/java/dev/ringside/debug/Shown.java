package dev.ringside.debug;

import dev.ringside.debug.value.Line;

/**
 * A line of a variables view as clients get it.
 *
 * @param reference what {@link DebugSession#variables} takes to expand it; 0 if nothing is below
 */
public record Shown(Line line, int reference) {}
