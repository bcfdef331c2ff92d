/**
 * The Debug Adapter Protocol: requests in, events out, no debugger logic. {@link
 * dev.ringside.dap.DapServer} says which threads there are.
 */
@NullMarked
package dev.ringside.dap;

import org.jspecify.annotations.NullMarked;
