/**
 * What guest binaries say about themselves: {@link SymbolFile} opens an ELF file and answers with
 * its symbols, source lines, functions, variables, types and unwinding rules. Nothing here knows a
 * virtual machine; registers and memory come in through {@link
 * dev.ringside.symbols.model.EvaluationContext}.
 */
@NullMarked
package dev.ringside.symbols;

import org.jspecify.annotations.NullMarked;
