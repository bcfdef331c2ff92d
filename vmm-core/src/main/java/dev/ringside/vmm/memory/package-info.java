/**
 * Guest-physical memory: RAM behind bounds checks, the hole below 4 GiB, pages that hold decoded
 * code.
 */
@NullMarked
package dev.ringside.vmm.memory;

import org.jspecify.annotations.NullMarked;
