/**
 * What a program consists of, apart from the format that says it: architecture, symbols, source
 * lines, types, the places where values live, and the errors of reading all that.
 */
@NullMarked
package dev.ringside.symbols.model;

import org.jspecify.annotations.NullMarked;
