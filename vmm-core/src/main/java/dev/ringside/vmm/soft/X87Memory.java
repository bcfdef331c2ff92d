package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.semantics.X87;
import dev.ringside.vmm.x86.semantics.X87Value;

/**
 * A number in memory as x87 instructions see it: real of 32, 64 or 80 bits, or integer of 16, 32 or
 * 64.
 */
final class X87Memory {
  private final Address address;
  private final int bytes;
  private final boolean integer;

  private X87Memory(Address address, int bytes, boolean integer) {
    this.address = address;
    this.bytes = bytes;
    this.integer = integer;
  }

  static X87Memory of(Instruction i, CodeMode mode) {
    return new X87Memory(
        Address.of(i, mode),
        i.operandWidth(i.memoryOperand()) / 8,
        i.mnemonic().name().startsWith("FI"));
  }

  boolean onStack() {
    return address.segment == Processor.SS;
  }

  /** A real of 80 bits. */
  boolean isExtended() {
    return bytes == 10;
  }

  /** A real of 64 bits. */
  boolean isWide() {
    return bytes == 8;
  }

  /** 1 to 3 for 16 to 64 bits. */
  int size() {
    return Operand.sizeOf(bytes * 8);
  }

  long place(Processor c) {
    return address.read(c, bytes);
  }

  long placeToWrite(Processor c) {
    long linear = address.write(c, bytes);
    c.memory.checkWrite(linear, bytes);
    return linear;
  }

  /** A real of 32 or 64 bits or an integer, widened. */
  X87Value load(Processor c, long at) {
    long value = c.memory.read(at, bytes);
    if (integer) {
      int shift = 64 - 8 * bytes;
      return X87.ofInteger(value << shift >> shift);
    }
    return bytes == 8 ? X87.ofDouble(value) : X87.ofSingle((int) value);
  }

  /** The same as an operand of arithmetic and comparisons. */
  X87Value operand(Processor c, long at) {
    if (integer) {
      return load(c, at);
    }
    long value = c.memory.read(at, bytes);
    return bytes == 8 ? X87.operandOfDouble(value) : X87.operandOfSingle((int) value);
  }

  /** Stores a register as a real. */
  void store(Processor c, long at, long significand, int signExponent, int control) {
    switch (bytes) {
      case 4 -> c.memory.writeInt(at, X87.toSingle(significand, signExponent, control));
      case 8 -> c.memory.writeLong(at, X87.toDouble(significand, signExponent, control));
      default -> {
        c.memory.writeLong(at, significand);
        c.memory.writeShort(at + 8, signExponent);
      }
    }
  }
}
