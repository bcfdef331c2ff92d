package dev.ringside.vmm.vmx;

/**
 * One named part of a value, such as bits 6:5 of access rights.
 *
 * @param name what the manual calls the part
 * @param high the number of its most significant bit, 0 to 63
 * @param low the number of its least significant bit, at most {@code high}
 * @param value the part, shifted down to bit 0
 * @param meaning what this value means, in a few words; empty where the name says it all
 */
public record NamedBits(String name, int high, int low, long value, String meaning) {
  /** The bit numbers as the manual writes them: {@code 6:5}, or {@code 16} for a single bit. */
  public String bits() {
    return high == low ? Integer.toString(low) : high + ":" + low;
  }

  /** Whether any bit of the part is set. */
  public boolean isSet() {
    return value != 0;
  }
}
