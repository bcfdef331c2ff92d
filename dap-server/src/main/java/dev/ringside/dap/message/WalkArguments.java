package dev.ringside.dap.message;

import org.jspecify.annotations.Nullable;

/**
 * Arguments of {@code ringside/walk}.
 *
 * @param address {@code 0x…} or an expression for a page walk of a gva; the same behind {@code
 *     phys:} for an EPT walk of a gpa
 * @param threadId the vCPU's thread; absent: the first
 * @param frameId the frame that an expression is evaluated in; absent: the innermost
 */
public record WalkArguments(
    String address, @Nullable Integer threadId, @Nullable Integer frameId) {}
