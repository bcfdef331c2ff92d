/**
 * What VM exits and ring transitions of a guest cost, counted live from the machine's hooks: {@link
 * dev.ringside.profiler.GuestProfiler} installs the counters, {@link dev.ringside.profiler.Profile}
 * is what they say at a moment.
 */
@NullMarked
package dev.ringside.profiler;

import org.jspecify.annotations.NullMarked;
