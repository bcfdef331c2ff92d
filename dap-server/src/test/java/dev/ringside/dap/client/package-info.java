/** A scripted client of the Debug Adapter Protocol that shares no code with the server. */
@NullMarked
package dev.ringside.dap.client;

import org.jspecify.annotations.NullMarked;
