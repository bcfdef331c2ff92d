/**
 * C expressions over DWARF types and the processor's state: text to syntax tree, syntax tree to a
 * tree of typed closures, which a watch window runs once and a breakpoint's condition runs at every
 * hit, on the vCPU's thread.
 */
@NullMarked
package dev.ringside.debug.expression;

import org.jspecify.annotations.NullMarked;
