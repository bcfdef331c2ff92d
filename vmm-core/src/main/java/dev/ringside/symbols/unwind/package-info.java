/**
 * From one frame to its caller: call frame information of .debug_frame and .eh_frame, and the
 * marked guess along the frame-pointer chain where a binary has none.
 */
@NullMarked
package dev.ringside.symbols.unwind;

import org.jspecify.annotations.NullMarked;
