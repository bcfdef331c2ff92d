package dev.ringside.debug;

/** What an expression is evaluated for. */
public enum EvaluationMode {
  /** Under the mouse: never changes the guest. */
  HOVER,
  /** A watch window, which is evaluated again at each stop. */
  WATCH,
  /** The debug console. */
  CONSOLE
}
