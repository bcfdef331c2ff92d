package dev.ringside.vmm.x86.semantics;

/**
 * The outcome of an x87 operation: a number of 80 bits, and what it raised.
 *
 * @param significand 64 bits, the integer bit included
 * @param signExponent 16 bits
 * @param exceptions as bits of the status word
 * @param roundedUp what C1 tells where the result is inexact
 */
public record X87Value(long significand, int signExponent, int exceptions, boolean roundedUp) {}
