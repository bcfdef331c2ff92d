/**
 * The software processor with VT-x: an interpreter over decoded, cached instructions, a soft TLB,
 * VMX non-root operation.
 */
@NullMarked
package dev.ringside.vmm.soft;

import org.jspecify.annotations.NullMarked;
