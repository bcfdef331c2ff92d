package dev.ringside.debug;

/** How far a step goes. */
public enum Granularity {
  LINE,
  INSTRUCTION
}
