/** The sample guests as fixtures: built once, found from any module, and checked under QEMU. */
@NullMarked
package dev.ringside.samples;

import org.jspecify.annotations.NullMarked;
