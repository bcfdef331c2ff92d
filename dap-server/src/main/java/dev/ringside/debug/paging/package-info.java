/** Page walks as a debugger shows them: level by level, each bit by name. */
@NullMarked
package dev.ringside.debug.paging;

import org.jspecify.annotations.NullMarked;
