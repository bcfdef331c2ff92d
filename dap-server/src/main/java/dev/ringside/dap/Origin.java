package dev.ringside.dap;

import java.util.Map;

/** Where a session's guest comes from. On the session's thread. */
interface Origin {
  /** Carries out {@code launch}. */
  Debuggee launch(Session session, Map<String, Object> attributes);

  /** Carries out {@code attach}. */
  Debuggee attach(Session session, Map<String, Object> attributes);
}
