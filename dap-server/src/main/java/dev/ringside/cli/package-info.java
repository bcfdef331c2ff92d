/** The command line. */
@NullMarked
package dev.ringside.cli;

import org.jspecify.annotations.NullMarked;
