/** The Debug Adapter Protocol: requests in, events out, no debugger logic. */
@NullMarked
package dev.ringside.dap;

import org.jspecify.annotations.NullMarked;
