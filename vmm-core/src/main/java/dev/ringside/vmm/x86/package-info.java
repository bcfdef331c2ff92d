/**
 * Facts of the architecture, with no processor in them: registers, segments, MSRs, control-register
 * bits, page walks. Source: Intel SDM volumes 1 and 3A.
 */
@NullMarked
package dev.ringside.vmm.x86;

import org.jspecify.annotations.NullMarked;
