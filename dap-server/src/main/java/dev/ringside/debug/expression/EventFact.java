package dev.ringside.debug.expression;

/**
 * What a filter's condition can ask of a VM exit, ring transition or exception, beside everything
 * that an expression can name. A fact that an event does not have makes its condition false.
 */
public enum EventFact {
  REASON("reason", "the exit reason: a number, or its name"),
  PORT("port", "the I/O port"),
  SIZE("size", "bytes accessed"),
  MSR("msr", "the MSR's index"),
  VALUE("value", "what is being written"),
  CR("cr", "the number of the control register"),
  GPA("gpa", "the guest-physical address"),
  VECTOR("vector", "the vector of an exception or interrupt"),
  ERROR_CODE("errorCode", "the exception's error code"),
  HYPERCALL("hypercall", "what VMCALL's RAX holds"),
  MECHANISM("mechanism", "how the ring changed: its name"),
  FROM("from", "the ring left"),
  TO("to", "the ring entered"),
  CPL("cpl", "the ring that it happened in"),
  RIP("rip", "the linear address of the instruction");

  private final String variable;
  private final String meaning;

  EventFact(String variable, String meaning) {
    this.variable = variable;
    this.meaning = meaning;
  }

  /** The name in conditions. */
  public String variable() {
    return variable;
  }

  /** What it is, in a few words. */
  public String meaning() {
    return meaning;
  }
}
