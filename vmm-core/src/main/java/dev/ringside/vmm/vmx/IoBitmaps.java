package dev.ringside.vmm.vmx;

/**
 * The I/O bitmaps A and B, two pages one after the other (SDM 27.6.4): which ports cause VM exits.
 * Confined to one thread.
 */
public final class IoBitmaps {
  /** The size of both pages in bytes. */
  public static final int BYTES = 8192;

  private final byte[] pages;

  private IoBitmaps(byte[] pages) {
    this.pages = pages;
  }

  /** Bitmaps by which no port causes a VM exit. */
  public static IoBitmaps interceptingNone() {
    return new IoBitmaps(new byte[BYTES]);
  }

  /**
   * The bitmaps A and B in two pages of memory; the array is copied.
   *
   * @throws IllegalArgumentException if it does not have {@value #BYTES} bytes
   */
  public static IoBitmaps of(byte[] pages) {
    if (pages.length != BYTES) {
      throw new IllegalArgumentException(
          "two I/O bitmap pages have " + BYTES + " bytes, not " + pages.length);
    }
    return new IoBitmaps(pages.clone());
  }

  /**
   * Whether an access of 1, 2 or 4 bytes causes a VM exit: the bit of any byte's port is set, or
   * the access wraps around the end of the port space (SDM 28.1.3).
   */
  public boolean intercepts(int port, int bytes) {
    if (port + bytes > 0x1_0000) {
      return true;
    }
    for (int at = port; at < port + bytes; at++) {
      if ((pages[at >> 3] >> (at & 7) & 1) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Sets whether an access to a port, 0 to FFFFH, causes a VM exit. */
  public void setIntercepts(int port, boolean intercepts) {
    int mask = 1 << (port & 7);
    pages[port >> 3] = (byte) (intercepts ? pages[port >> 3] | mask : pages[port >> 3] & ~mask);
  }

  /** A copy of both pages, to put into memory. */
  public byte[] toPages() {
    return pages.clone();
  }
}
