/**
 * ELF files: headers, sections (mapped, not read into the heap), the symbol table, relocation of
 * files that are not linked yet.
 */
@NullMarked
package dev.ringside.symbols.elf;

import org.jspecify.annotations.NullMarked;
