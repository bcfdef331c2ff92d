/** The scopes of a frame: what a variables view shows, group by group. */
@NullMarked
package dev.ringside.debug.scope;

import org.jspecify.annotations.NullMarked;
