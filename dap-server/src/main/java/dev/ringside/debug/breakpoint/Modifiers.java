package dev.ringside.debug.breakpoint;

/**
 * What a user adds to a breakpoint; an empty text is none.
 *
 * @param condition a C expression
 * @param hitCondition see {@link HitCount}
 * @param logMessage text to print instead of stopping, with expressions in braces
 */
public record Modifiers(String condition, String hitCondition, String logMessage) {
  /** Stops each time. */
  public static final Modifiers NONE = new Modifiers("", "", "");
}
