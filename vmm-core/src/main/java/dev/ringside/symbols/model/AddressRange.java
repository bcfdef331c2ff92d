package dev.ringside.symbols.model;

/**
 * Addresses from {@code low} to before {@code high}, both unsigned.
 *
 * @param low the first address
 * @param high the address after the last
 */
public record AddressRange(long low, long high) {
  /** Whether the address lies inside. */
  public boolean contains(long address) {
    return Long.compareUnsigned(address, low) >= 0 && Long.compareUnsigned(address, high) < 0;
  }

  /** Bytes covered. */
  public long size() {
    return high - low;
  }

  @Override
  public String toString() {
    return "0x" + Long.toHexString(low) + "-0x" + Long.toHexString(high);
  }
}
