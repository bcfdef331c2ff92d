package dev.ringside.dap.message;

import org.jspecify.annotations.Nullable;

/**
 * Arguments of {@code ringside/vmcs}.
 *
 * @param threadId the vCPU's thread; absent: the first
 */
public record VmcsArguments(@Nullable Integer threadId) {}
