package dev.ringside.vmm.memory;

/** An access to a guest-physical address where there is no RAM. */
public final class UnbackedMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long gpa;

  /** The access's first gpa and length in bytes. */
  public UnbackedMemoryException(long gpa, long length) {
    super(String.format("no RAM at guest-physical address 0x%x (%d bytes)", gpa, length));
    this.gpa = gpa;
  }

  /** The first gpa of the access. */
  public long gpa() {
    return gpa;
  }
}
