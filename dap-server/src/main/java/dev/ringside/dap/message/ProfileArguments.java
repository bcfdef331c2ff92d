package dev.ringside.dap.message;

import org.jspecify.annotations.Nullable;

/**
 * Arguments of {@code ringside/profile}.
 *
 * @param enable true starts profiling, false stops it; absent leaves it
 * @param events whether {@code ringside/profile} events are sent from now on; absent leaves it
 */
public record ProfileArguments(@Nullable Boolean enable, @Nullable Boolean events) {}
