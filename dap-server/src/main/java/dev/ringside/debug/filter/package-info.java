/** Stops at VM exits, ring transitions, exceptions and triple faults, with conditions. */
@NullMarked
package dev.ringside.debug.filter;

import org.jspecify.annotations.NullMarked;
