package dev.ringside.dap.message;

import org.jspecify.annotations.Nullable;

/**
 * Arguments of {@code ringside/tables}.
 *
 * @param table {@code gdt} or {@code idt}
 * @param threadId the vCPU's thread; absent: the first
 */
public record TablesArguments(String table, @Nullable Integer threadId) {}
