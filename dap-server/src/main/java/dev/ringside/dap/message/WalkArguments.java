package dev.ringside.dap.message;

import org.jspecify.annotations.Nullable;

/**
 * Arguments of {@code ringside/walk}.
 *
 * @param address {@code 0x…} for a page walk of a gva, {@code phys:0x…} for an EPT walk of a gpa
 * @param threadId the vCPU's thread; absent: the first
 */
public record WalkArguments(String address, @Nullable Integer threadId) {}
