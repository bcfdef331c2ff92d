package dev.ringside.dap;

/** Numbers as the protocol's messages have them. */
final class Hex {
  private Hex() {}

  /** {@code 0x…}, lower case, without leading zeros. */
  static String of(long value) {
    return "0x" + Long.toHexString(value);
  }
}
