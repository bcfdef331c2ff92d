/**
 * The guest as the engine sees it at one moment, on one vCPU's thread: processor state and memory
 * with partial reads, and addresses as users write them.
 */
@NullMarked
package dev.ringside.debug.guest;

import org.jspecify.annotations.NullMarked;
