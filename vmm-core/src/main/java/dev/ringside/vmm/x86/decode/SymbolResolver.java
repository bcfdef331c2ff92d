package dev.ringside.vmm.x86.decode;

import org.jspecify.annotations.Nullable;

/** Names addresses in disassembly. */
@FunctionalInterface
public interface SymbolResolver {
  /** Names nothing. */
  SymbolResolver NONE = address -> null;

  /**
   * The name of a guest-virtual address, {@code "start_kernel"} or {@code "start_kernel+0x12"};
   * null where there is none.
   */
  @Nullable String nameOf(long address);
}
