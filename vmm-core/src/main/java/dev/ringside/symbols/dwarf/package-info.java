/**
 * The DWARF 4 and 5 reader: units, abbreviations, entries, line tables, functions, variables, types
 * and location expressions. Section numbers in comments are those of the DWARF 5 standard (2017).
 */
@NullMarked
package dev.ringside.symbols.dwarf;

import org.jspecify.annotations.NullMarked;
