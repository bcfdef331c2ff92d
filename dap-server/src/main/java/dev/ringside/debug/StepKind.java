package dev.ringside.debug;

/** How to step. */
public enum StepKind {
  /** Past calls. */
  NEXT,
  /** Into calls, system calls and software interrupts. */
  IN,
  /** Out to the caller. */
  OUT
}
