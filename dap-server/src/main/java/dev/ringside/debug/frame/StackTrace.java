package dev.ringside.debug.frame;

import java.util.List;

/**
 * A stack, innermost frame first.
 *
 * @param end why it ends where it ends, for people
 * @param complete whether it ends because there is no caller, rather than because none was found
 */
public record StackTrace(List<StackFrame> frames, String end, boolean complete) {
  public StackTrace {
    frames = List.copyOf(frames);
  }
}
