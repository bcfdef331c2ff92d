package dev.ringside.dap.message;

import org.jspecify.annotations.Nullable;

/**
 * Arguments of {@code ringside/serialInput}: one of the two.
 *
 * @param text sent as UTF-8
 * @param data bytes in base64
 */
public record SerialInputArguments(@Nullable String text, @Nullable String data) {}
