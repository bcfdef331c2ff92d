package dev.ringside.vmm.soft;

/** Pushing and popping as near instructions do, bound to a mode and an operand size. */
final class Stack {
  /** Bytes of one entry: 2, 4 or 8. */
  final int bytes;

  private final Address address;

  /**
   * @param operandBits what one push or pop moves
   */
  Stack(CodeMode mode, int operandBits) {
    this.bytes = operandBits / 8;
    this.address = Address.ofStack(mode);
  }

  /** The stack pointer, as wide as the stack. */
  long pointer(Processor c) {
    return c.gpr[Processor.RSP] & address.mask;
  }

  /** Writes an entry below the top, and only then moves the stack pointer. */
  void push(Processor c, long value) {
    long to = pointer(c) - bytes;
    c.memory.write(address.at(c, to, bytes, true), bytes, value);
    pointer(c, to);
  }

  /** Throws what pushing {@code count} entries would throw. */
  void checkPushes(Processor c, int count) {
    for (int n = 1; n <= count; n++) {
      c.memory.checkWrite(address.at(c, pointer(c) - (long) n * bytes, bytes, true), bytes);
    }
  }

  /** Throws what a write at the top would throw. */
  void checkTop(Processor c) {
    c.memory.checkWrite(address.at(c, pointer(c), bytes, true), bytes);
  }

  /** The entry at the top. */
  long top(Processor c) {
    return entry(c, 0);
  }

  /** The entry {@code n} places above the top. */
  long entry(Processor c, int n) {
    long from = pointer(c) + (long) n * bytes;
    return c.memory.read(address.at(c, from, bytes, false), bytes);
  }

  /** The entry at an offset of SS. */
  long at(Processor c, long offset) {
    return c.memory.read(address.at(c, offset, bytes, false), bytes);
  }

  /** Moves the stack pointer up. */
  void release(Processor c, long by) {
    pointer(c, c.gpr[Processor.RSP] + by);
  }

  /** Sets the stack pointer, as wide as the stack. */
  void pointer(Processor c, long value) {
    Gpr.writeMasked(c, Processor.RSP, address.mask, value);
  }
}
