/** Trap-cost and ring profiles of a guest, live and as JFR events. */
@NullMarked
package dev.ringside.profiler;

import org.jspecify.annotations.NullMarked;
