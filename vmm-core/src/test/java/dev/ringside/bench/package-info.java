/**
 * Benchmarks that run a machine and its peers in turn, and print ratios; no test asserts a time.
 */
@NullMarked
package dev.ringside.bench;

import org.jspecify.annotations.NullMarked;
