/**
 * The board: one class a device, all on one bus. Devices know guest time through a {@link
 * dev.ringside.vmm.device.Timeline}, never the host's clock, so that a run repeats to the
 * instruction.
 */
@NullMarked
package dev.ringside.vmm.device;

import org.jspecify.annotations.NullMarked;
