package dev.ringside.debug;

import dev.ringside.debug.frame.SourcePosition;
import dev.ringside.vmm.GuestEnd;
import java.util.Optional;

/**
 * Hears what happens in a session. Called on the target's own thread: it must hand over and return,
 * and must not call the session.
 */
public interface SessionListener {
  /** The guest stands; all vCPUs do. */
  void stopped(StopEvent stop);

  /** The guest runs again, by whoever's wish. */
  void continued();

  /** The guest's life has ended; no other event follows but after a restart. */
  void ended(GuestEnd end);

  /** A log point or a failing condition says something; the text ends in a line feed. */
  void output(String text, Optional<SourcePosition> position);
}
