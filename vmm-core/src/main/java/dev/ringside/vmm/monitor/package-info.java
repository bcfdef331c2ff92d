/**
 * What the VMM does about an exit: one handler a reason, one CPUID and MSR policy for every
 * processor.
 */
@NullMarked
package dev.ringside.vmm.monitor;

import org.jspecify.annotations.NullMarked;
