package dev.ringside.dap.message;

import org.jspecify.annotations.Nullable;

/**
 * Arguments of {@code ringside/status}.
 *
 * @param events whether {@code ringside/status} events come while the guest runs, at most 4 a
 *     second; absent leaves it
 */
public record StatusArguments(@Nullable Boolean events) {}
