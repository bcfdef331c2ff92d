/** The bodies of Ringside's own DAP messages, as JSON has them (dap-server/README.md). */
@NullMarked
package dev.ringside.dap.message;

import org.jspecify.annotations.NullMarked;
