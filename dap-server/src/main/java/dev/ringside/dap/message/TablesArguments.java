package dev.ringside.dap.message;

import org.jspecify.annotations.Nullable;

/**
 * Arguments of {@code ringside/tables}.
 *
 * @param table {@code gdt}, {@code idt}, {@code msrs} or {@code apic}
 * @param threadId the vCPU's thread; absent: the first
 */
public record TablesArguments(String table, @Nullable Integer threadId) {}
