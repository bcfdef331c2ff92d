/** Frames, messages and errors of the Debug Adapter Protocol, whatever the requests mean. */
@NullMarked
package dev.ringside.dap.wire;

import org.jspecify.annotations.NullMarked;
