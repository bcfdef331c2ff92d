package dev.ringside.vmm.boot;

import java.util.Optional;

/**
 * The header that makes a file a Multiboot 1 kernel (Multiboot Specification 0.6.96, 3.1).
 *
 * @param offset where it stands in the file
 * @param flags what the kernel asks for
 */
record MultibootHeader(ImageFile file, int offset, int flags) {
  private static final int MAGIC = 0x1BADB002;

  /** The header stands wholly within the first 8192 bytes, 32-bit aligned. */
  private static final int SEARCHED = 8192;

  private static final int HAS_ADDRESSES = 1 << 16;

  /**
   * Flags 0 (align modules), 1 (memory information) and 2 (video mode, a wish). Other bits below 16
   * are demands.
   */
  private static final int UNDERSTOOD = 7;

  static Optional<MultibootHeader> find(ImageFile file) {
    for (int at = 0; at + 12 <= SEARCHED && file.has(at, 12); at += 4) {
      if (file.s32(at) == MAGIC && file.s32(at) + file.s32(at + 4) + file.s32(at + 8) == 0) {
        return Optional.of(new MultibootHeader(file, at, file.s32(at + 4)));
      }
    }
    return Optional.empty();
  }

  boolean hasAddresses() {
    return (flags & HAS_ADDRESSES) != 0;
  }

  int unknownDemands() {
    return flags & 0xffff & ~UNDERSTOOD;
  }

  long headerAddress() {
    return file.u32(offset + 12);
  }

  long loadAddress() {
    return file.u32(offset + 16);
  }

  long loadEnd() {
    return file.u32(offset + 20);
  }

  long bssEnd() {
    return file.u32(offset + 24);
  }

  long entry() {
    return file.u32(offset + 28);
  }
}
