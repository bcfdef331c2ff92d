package dev.ringside.symbols.unwind;

import dev.ringside.symbols.elf.ByteCursor;

/**
 * A frame description entry with what it takes from its common information entry (6.4.1). Addresses
 * without bias.
 */
record FrameDescription(
    long low,
    long high,
    long codeAlignment,
    long dataAlignment,
    int returnAddressRegister,
    boolean signalFrame,
    int addressSize,
    ByteCursor initialInstructions,
    ByteCursor instructions) {}
