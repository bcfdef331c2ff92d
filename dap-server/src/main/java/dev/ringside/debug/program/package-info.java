/**
 * The guest's program as all symbol files together describe it: what names mean where, and which
 * path a client knows a source file by.
 */
@NullMarked
package dev.ringside.debug.program;

import org.jspecify.annotations.NullMarked;
