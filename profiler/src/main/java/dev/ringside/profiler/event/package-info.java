/**
 * VM exits and ring transitions as events of Java Flight Recorder: {@link
 * dev.ringside.profiler.event.ProfileRecording} writes them, {@code jfr print} and JDK Mission
 * Control read them.
 */
@NullMarked
package dev.ringside.profiler.event;

import org.jspecify.annotations.NullMarked;
