/**
 * Breakpoints as users set them: on lines, functions, instructions and data, with conditions, hit
 * counts and log messages, bound to addresses and handed to the target as data.
 */
@NullMarked
package dev.ringside.debug.breakpoint;

import org.jspecify.annotations.NullMarked;
