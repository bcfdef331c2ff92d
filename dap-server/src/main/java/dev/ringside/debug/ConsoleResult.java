package dev.ringside.debug;

import org.jspecify.annotations.Nullable;

/**
 * What a line of the console gave: text, or a value that can be expanded.
 *
 * @param text to print; for a value its text
 * @param value null for the output of a command
 */
public record ConsoleResult(String text, @Nullable Shown value) {}
