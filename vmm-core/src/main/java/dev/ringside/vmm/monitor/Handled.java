package dev.ringside.vmm.monitor;

import dev.ringside.vmm.GuestEnd;

/** What comes after an exit has been handled. */
public sealed interface Handled {
  /** The guest goes on. */
  record Resume() implements Handled {}

  /** The vCPU sleeps until an interrupt comes. */
  record Halt(boolean interruptible) implements Handled {}

  /** The guest's life is over. */
  record End(GuestEnd end) implements Handled {}

  /** The common case, made once. */
  Handled RESUME = new Resume();
}
