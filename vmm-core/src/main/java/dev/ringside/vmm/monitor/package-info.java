/**
 * What the VMM does about an exit: one handler a reason, one CPUID and MSR policy for every
 * processor, guest time, and the loop that runs a vCPU between its exits.
 */
@NullMarked
package dev.ringside.vmm.monitor;

import org.jspecify.annotations.NullMarked;
