package dev.ringside.cli;

/** The command line's entry point. */
public final class Ringside {
  private Ringside() {}

  /** Runs the command line. */
  public static void main(String[] args) {}
}
