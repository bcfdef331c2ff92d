/**
 * Values: a type and the place where the bytes are, read when they are shown, and how they are
 * written out for people.
 */
@NullMarked
package dev.ringside.debug.value;

import org.jspecify.annotations.NullMarked;
