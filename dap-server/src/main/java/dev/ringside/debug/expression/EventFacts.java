package dev.ringside.debug.expression;

/** The facts of one event. Filled and read on the vCPU's thread, and reused for the next event. */
public final class EventFacts {
  /** No event at all. */
  public static final EventFacts NONE = new EventFacts();

  /** A condition asked for a fact that the event does not have. */
  public static final class AbsentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AbsentException(EventFact fact) {
      super("this event has no '" + fact.variable() + "'", null, false, false);
    }
  }

  private final long[] values = new long[EventFact.values().length];
  private int present;

  /** Forgets all facts. */
  public EventFacts clear() {
    present = 0;
    return this;
  }

  /** Adds a fact. */
  public EventFacts put(EventFact fact, long value) {
    values[fact.ordinal()] = value;
    present |= 1 << fact.ordinal();
    return this;
  }

  /** Whether the event has the fact. */
  public boolean has(EventFact fact) {
    return (present & 1 << fact.ordinal()) != 0;
  }

  /**
   * A fact.
   *
   * @throws AbsentException if the event has no such fact
   */
  public long get(EventFact fact) {
    if (!has(fact)) {
      throw new AbsentException(fact);
    }
    return values[fact.ordinal()];
  }
}
