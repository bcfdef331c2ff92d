/**
 * What a debugger hands to a processor as data: breakpoints, watchpoints and the conditions
 * evaluated beside the trap.
 */
@NullMarked
package dev.ringside.vmm.control;

import org.jspecify.annotations.NullMarked;
