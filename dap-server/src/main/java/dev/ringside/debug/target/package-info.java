/**
 * What the engine debugs: a thin interface that a virtual machine of ours implements, and a VM
 * behind a GDB stub can.
 */
@NullMarked
package dev.ringside.debug.target;

import org.jspecify.annotations.NullMarked;
