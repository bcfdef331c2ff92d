package dev.ringside.vmm.vmx;

import java.util.Arrays;

/**
 * The four MSR bitmaps of a 4-KByte page (SDM 27.6.9): which RDMSR and WRMSR cause VM exits. An MSR
 * outside 0 to 1FFFH and C0000000H to C0001FFFH always causes one. Confined to one thread.
 */
public final class MsrBitmap {
  /** The size of the page in bytes. */
  public static final int BYTES = 4096;

  private static final int MSRS = 0x2000;
  private static final int HIGH_FIRST = 0xC000_0000;
  private static final int HIGH_OFFSET = 1024;
  private static final int WRITE_OFFSET = 2048;

  private final byte[] page;

  private MsrBitmap(byte[] page) {
    this.page = page;
  }

  /** A bitmap by which every access causes a VM exit. */
  public static MsrBitmap interceptingAll() {
    byte[] page = new byte[BYTES];
    Arrays.fill(page, (byte) 0xFF);
    return new MsrBitmap(page);
  }

  /**
   * The bitmap in a page of memory; the array is copied.
   *
   * @throws IllegalArgumentException if it does not have {@value #BYTES} bytes
   */
  public static MsrBitmap of(byte[] page) {
    if (page.length != BYTES) {
      throw new IllegalArgumentException(
          "an MSR bitmap page has " + BYTES + " bytes, not " + page.length);
    }
    return new MsrBitmap(page.clone());
  }

  /**
   * The number of the bit that decides about an access, counted from the start of the page; -1 for
   * an MSR that the bitmaps do not cover.
   */
  public static int bitNumber(int msr, boolean write) {
    int bit;
    if (Integer.compareUnsigned(msr, MSRS) < 0) {
      bit = msr;
    } else if (Integer.compareUnsigned(msr - HIGH_FIRST, MSRS) < 0) {
      bit = HIGH_OFFSET * 8 + (msr - HIGH_FIRST);
    } else {
      return -1;
    }
    return write ? bit + WRITE_OFFSET * 8 : bit;
  }

  /** Whether an access causes a VM exit. */
  public boolean intercepts(int msr, boolean write) {
    int bit = bitNumber(msr, write);
    return bit < 0 || (page[bit >> 3] >> (bit & 7) & 1) != 0;
  }

  /**
   * Sets whether an access causes a VM exit.
   *
   * @throws IllegalArgumentException if the bitmaps do not cover the MSR
   */
  public void setIntercepts(int msr, boolean write, boolean intercepts) {
    int bit = bitNumber(msr, write);
    if (bit < 0) {
      throw new IllegalArgumentException(
          "MSR 0x" + Integer.toHexString(msr) + " is outside the MSR bitmaps: it always exits");
    }
    int mask = 1 << (bit & 7);
    page[bit >> 3] = (byte) (intercepts ? page[bit >> 3] | mask : page[bit >> 3] & ~mask);
  }

  /** A copy of the page, to put into memory. */
  public byte[] toPage() {
    return page.clone();
  }
}
