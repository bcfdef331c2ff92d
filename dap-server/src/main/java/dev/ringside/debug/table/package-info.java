/** The guest's descriptor tables, entry by entry. */
@NullMarked
package dev.ringside.debug.table;

import org.jspecify.annotations.NullMarked;
