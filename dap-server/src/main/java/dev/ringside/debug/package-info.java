/** The debug engine, which knows no protocol: targets, breakpoints, steps, frames and values. */
@NullMarked
package dev.ringside.debug;

import org.jspecify.annotations.NullMarked;
