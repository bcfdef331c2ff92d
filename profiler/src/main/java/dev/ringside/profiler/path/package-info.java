/**
 * Call paths of a guest as addresses, on the vCPU's thread: taken from the stack, kept in a tree of
 * bounded size, and no more of them than a small share of the run's time allows.
 */
@NullMarked
package dev.ringside.profiler.path;

import org.jspecify.annotations.NullMarked;
