/** Instructions as a debugger lists them: any number before and behind an address. */
@NullMarked
package dev.ringside.debug.disassembly;

import org.jspecify.annotations.NullMarked;
