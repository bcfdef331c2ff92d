package dev.ringside.vmm.control;

/**
 * Stops after an instruction that touches bytes at a linear address.
 *
 * @param id the debugger's own number, told in {@link StopCause.AtWatchpoint}
 * @param length bytes, 1 or more; any number on {@code soft}, 1, 2, 4 or 8 aligned under KVM
 */
public record Watchpoint(
    int id, long linearAddress, int length, Access access, Condition condition) {
  /** What is watched for. WRITE: stops on any write, whether the value changes or not. */
  public enum Access {
    READ,
    WRITE,
    READ_WRITE
  }
}
