package dev.ringside.vmm;

/** What a hook wants. */
public enum HookAction {
  /** Go on. */
  CONTINUE,
  /** Stop the machine for the debugger, here. */
  STOP
}
