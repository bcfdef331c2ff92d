package dev.ringside.debug;

import dev.ringside.debug.breakpoint.Modifiers;
import dev.ringside.vmm.control.Watchpoint;

/** A data breakpoint: {@code dataId} is {@link DataTarget}'s, or {@code 0xADDRESS:LENGTH}. */
public record DataBreakpointRequest(String dataId, Watchpoint.Access access, Modifiers modifiers) {}
