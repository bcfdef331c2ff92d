package dev.ringside.debug.guest;

/** Guest memory that is not mapped or not backed; the message says which. */
public final class UnreadableMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long address;

  /** At a linear address. */
  public UnreadableMemoryException(long address) {
    super("cannot read memory at 0x" + Long.toHexString(address));
    this.address = address;
  }

  /** The sentence that {@link #getMessage} has. */
  public String reason() {
    return "cannot read memory at 0x" + Long.toHexString(address);
  }

  /** The first address that could not be read. */
  public long address() {
    return address;
  }
}
