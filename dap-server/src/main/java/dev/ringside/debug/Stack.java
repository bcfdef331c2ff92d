package dev.ringside.debug;

import java.util.List;

/**
 * Part of a stack trace.
 *
 * @param frames those asked for, innermost first
 * @param total how many there are in all
 * @param problem why the stack ends where it ends, if that is not its true end; else empty
 */
public record Stack(List<FrameInfo> frames, int total, String problem) {
  public Stack {
    frames = List.copyOf(frames);
  }
}
