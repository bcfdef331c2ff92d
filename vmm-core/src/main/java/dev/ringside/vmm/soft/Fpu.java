package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.semantics.X87;

/**
 * The x87 state, which MMX shares (SDM volume 1, chapters 8 and 9). Registers are kept by their
 * physical numbers; ST(i) is {@code (top + i) & 7}, MMi is i.
 */
final class Fpu {
  static final int INVALID = 1;
  static final int DENORMAL = 1 << 1;
  static final int PRECISION = 1 << 5;
  static final int STACK_FAULT = 1 << 6;

  /** Exception summary: an unmasked exception is pending. */
  static final int SUMMARY = 1 << 7;

  static final int C0 = 1 << 8;
  static final int C1 = 1 << 9;
  static final int C2 = 1 << 10;
  static final int C3 = 1 << 14;
  private static final int BUSY = 1 << 15;
  private static final int EXCEPTIONS = 0x3F;

  final long[] significand = new long[8];
  final int[] signExponent = new int[8];

  /** One bit a register: it is empty. */
  int empty;

  int top;
  int control = 0x40;

  /** The status word without TOP. */
  int status;

  /** Of the last instruction that was not a control instruction; its selectors read as 0. */
  long instructionOffset;

  long dataOffset;

  /** Throws #NM where x87 instructions raise it, and #MF for an unmasked exception that waits. */
  void checkX87(Processor c) {
    if ((c.cr0 & (ControlBits.CR0_EM | ControlBits.CR0_TS)) != 0) {
      throw c.exception(Vector.NM);
    }
  }

  /** {@link #checkX87}, and #MF for an unmasked exception that waits. */
  void checkX87AndWait(Processor c) {
    checkX87(c);
    checkPending(c);
  }

  /** Throws #MF for an unmasked exception that waits. */
  void checkPending(Processor c) {
    if ((status & SUMMARY) != 0) {
      throw c.exception(Vector.MF);
    }
  }

  /**
   * Throws what an MMX instruction raises before it does anything; after it, the registers are
   * MMX's.
   */
  void checkMmx(Processor c) {
    if ((c.cr0 & ControlBits.CR0_EM) != 0) {
      throw c.exception(Vector.UD);
    }
    checkX87AndWait(c);
  }

  /** Every MMX instruction but EMMS makes all registers valid and the stack start at R0. */
  void enterMmx() {
    top = 0;
    empty = 0;
  }

  void mmx(int n, long value) {
    significand[n] = value;
    signExponent[n] = 0xFFFF;
  }

  /** The physical number of ST(i). */
  int physical(int i) {
    return (top + i) & 7;
  }

  boolean isEmpty(int i) {
    return (empty >> physical(i) & 1) != 0;
  }

  /** The status word, TOP included. */
  int statusWord() {
    return status | top << 11;
  }

  /**
   * Sets the status word and TOP; whether an exception is pending follows from the control word.
   */
  void statusWord(int value) {
    top = value >> 11 & 7;
    status = value & ~(7 << 11);
    summarise();
  }

  /** Keeps ES and B in step with the exceptions and their masks. */
  void summarise() {
    boolean pending = (status & ~control & EXCEPTIONS) != 0;
    status = pending ? status | SUMMARY | BUSY : status & ~(SUMMARY | BUSY);
  }

  /** Notes exceptions; whether one of them is unmasked. */
  boolean raise(int exceptions) {
    status |= exceptions;
    summarise();
    return (exceptions & ~control & EXCEPTIONS) != 0;
  }

  /** FNINIT. */
  void initialise() {
    control = X87.CONTROL_DEFAULT;
    status = 0;
    top = 0;
    empty = 0xFF;
    instructionOffset = 0;
    dataOffset = 0;
  }

  void clearExceptions() {
    status &= ~(EXCEPTIONS | STACK_FAULT | SUMMARY | BUSY);
  }

  /** The control word with the bits that cannot be changed. */
  void control(int value) {
    control = (value & 0x1F3F) | 0x40;
    summarise();
  }

  /** The full tag word: two bits a register. */
  int tagWord() {
    int tags = 0;
    for (int n = 0; n < 8; n++) {
      int tag = (empty >> n & 1) != 0 ? 3 : X87.tag(significand[n], signExponent[n]);
      tags |= tag << (2 * n);
    }
    return tags;
  }

  void tagWord(int tags) {
    empty = 0;
    for (int n = 0; n < 8; n++) {
      empty |= (tags >> (2 * n) & 3) == 3 ? 1 << n : 0;
    }
  }
}
