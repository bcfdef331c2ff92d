package dev.ringside.debug.breakpoint;

import dev.ringside.debug.frame.SourcePosition;
import java.util.Optional;

/** Hears what breakpoints do beside stopping, on the vCPU's thread; it must not block. */
public interface BreakpointListener {
  /** A log point was passed; the text ends in a line feed. */
  void logged(int id, String text, Optional<SourcePosition> position);

  /** A condition could not be evaluated; the guest stops. {@code id} 0: a filter's. */
  void conditionFailed(int id, String message);
}
