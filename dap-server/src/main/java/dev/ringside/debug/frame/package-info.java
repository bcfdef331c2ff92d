/** The call stack: from the processor's registers outwards, inlined functions included. */
@NullMarked
package dev.ringside.debug.frame;

import org.jspecify.annotations.NullMarked;
