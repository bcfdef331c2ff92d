package dev.ringside.debug;

import dev.ringside.debug.frame.SourcePosition;
import java.util.Optional;

/**
 * A frame as clients get it.
 *
 * @param id for scopes and evaluation, until the guest runs again
 * @param name the function's name alone, or the address
 * @param pc linear address of the next instruction in it
 * @param position its source line; empty for none
 * @param inlined whether it shares the next frame's registers
 * @param guessed whether it was found without call frame information and may be wrong
 */
public record FrameInfo(
    int id,
    String name,
    long pc,
    Optional<SourcePosition> position,
    boolean inlined,
    boolean guessed) {}
