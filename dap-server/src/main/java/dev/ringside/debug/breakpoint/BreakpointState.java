package dev.ringside.debug.breakpoint;

import dev.ringside.debug.frame.SourcePosition;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What became of a breakpoint.
 *
 * @param id its number, from 1, told when it is hit
 * @param verified whether it is armed
 * @param message why it is not armed, or where it went; empty for nothing to say
 * @param position where it is in the source
 * @param address the linear address of its (first) instruction or of its data
 * @param locations how many places of the code it is on
 */
public record BreakpointState(
    int id,
    boolean verified,
    String message,
    Optional<SourcePosition> position,
    OptionalLong address,
    int locations) {}
