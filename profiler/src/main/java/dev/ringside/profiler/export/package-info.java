/** Profiles for reading and for other programs: aligned tables, and the JSON form. */
@NullMarked
package dev.ringside.profiler.export;

import org.jspecify.annotations.NullMarked;
