/** Source and instruction steps, decided instruction by instruction on the vCPU's thread. */
@NullMarked
package dev.ringside.debug.step;

import org.jspecify.annotations.NullMarked;
