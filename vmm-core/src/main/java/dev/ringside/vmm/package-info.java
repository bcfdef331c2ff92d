/**
 * What callers of the virtual machine monitor see: the machine, its vCPUs, the exits they take, and
 * the hooks through which debugger and profiler watch them.
 */
@NullMarked
package dev.ringside.vmm;

import org.jspecify.annotations.NullMarked;
