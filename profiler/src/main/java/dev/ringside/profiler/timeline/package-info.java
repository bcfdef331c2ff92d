/**
 * A run cut into pieces of equal width: when which exits happened, and where the time went. {@link
 * dev.ringside.profiler.timeline.TimelineRecorder} adds up on the vCPU's thread, {@link
 * dev.ringside.profiler.timeline.Timeline} is what it holds at a moment.
 */
@NullMarked
package dev.ringside.profiler.timeline;

import org.jspecify.annotations.NullMarked;
