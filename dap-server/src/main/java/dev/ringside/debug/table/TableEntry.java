package dev.ringside.debug.table;

import java.util.OptionalLong;

/**
 * A descriptor or gate.
 *
 * @param index in its table, in units of the table's own slots
 * @param low its first eight bytes as a number
 * @param high the next eight where it has 16, else 0
 * @param wide whether it has 16 bytes
 * @param present whether its P bit is set; real mode's far addresses always are
 * @param selector of a segment descriptor its own with RPL 0, of a gate the one that it loads
 * @param description in a few words
 * @param target where a gate leads, or a system segment's base; empty for code and data
 */
public record TableEntry(
    int index,
    long low,
    long high,
    boolean wide,
    boolean present,
    int selector,
    String description,
    OptionalLong target) {}
