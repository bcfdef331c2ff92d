/**
 * What x86 instructions do: static methods, values in, values out, no processor object.
 *
 * <p>The interpreter calls these methods now; a translator to JVM bytecode can emit calls to the
 * same ones, and the JVM's compiler inlines them. An instruction with two results is two methods:
 * its value, and its flags.
 *
 * <p>Conventions. An operand is a {@code long} of which the low {@code 8 << size} bits count
 * ({@code size} is 0 to 3 for 8, 16, 32 and 64 bits); what is above them is ignored. A value
 * returned has zeros above them unless the method says otherwise. Flags are bits at their places in
 * RFLAGS (SDM volume 1, section 3.4.3). Where the manual leaves a flag undefined the choice is
 * ours, and {@link dev.ringside.vmm.x86.semantics.UndefinedFlags} lists it.
 */
@NullMarked
package dev.ringside.vmm.x86.semantics;

import org.jspecify.annotations.NullMarked;
