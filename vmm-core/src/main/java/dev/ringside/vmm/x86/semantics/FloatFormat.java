package dev.ringside.vmm.x86.semantics;

/**
 * A binary floating-point format of the architecture (SDM volume 1, section 4.2.2).
 *
 * @param precision bits of the significand, the leading one included
 * @param bias of the exponent; the largest exponent of a finite number as well
 */
record FloatFormat(int precision, int bias) {
  static final FloatFormat SINGLE = new FloatFormat(24, 127);
  static final FloatFormat DOUBLE = new FloatFormat(53, 1023);
  static final FloatFormat EXTENDED = new FloatFormat(64, 16383);

  /** The exponent of the smallest normal number. */
  int least() {
    return 1 - bias;
  }
}
