package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.decode.RegisterClass;

/**
 * A 128-bit or 64-bit operand of SSE and MMX in two halves: XMM or MMX register, general register,
 * or memory of 16, 8 or fewer bytes, whose absent bytes read as 0.
 */
final class VectorOperand {
  private enum Kind {
    XMM,
    MMX,
    GENERAL,
    MEMORY
  }

  private static final Address NO_ADDRESS =
      Address.ofRegister(
          Processor.ZERO,
          Processor.DS,
          64,
          new CodeMode(dev.ringside.vmm.x86.decode.CodeSize.BITS64, 64, true, true));

  private final Kind kind;
  private final int number;
  private final int bytes;
  private final boolean aligned;
  private final Address address;

  private VectorOperand(Kind kind, int number, int bytes, boolean aligned, Address address) {
    this.kind = kind;
    this.number = number;
    this.bytes = bytes;
    this.aligned = aligned;
    this.address = address;
  }

  static VectorOperand of(Instruction i, int n, CodeMode mode) {
    int bytes = i.operandWidth(n) / 8;
    if (i.operandKind(n) == OperandKind.MEMORY) {
      return new VectorOperand(
          Kind.MEMORY, 0, bytes, i.requiresAlignment() && bytes == 16, Address.of(i, mode));
    }
    RegisterClass c = i.registerClass(n);
    Kind kind =
        c == RegisterClass.XMM ? Kind.XMM : c == RegisterClass.MMX ? Kind.MMX : Kind.GENERAL;
    return new VectorOperand(kind, i.registerNumber(n), bytes, false, NO_ADDRESS);
  }

  boolean isMemory() {
    return kind == Kind.MEMORY;
  }

  /**
   * Whether the value that counts has 64 bits at most: a move of it into an XMM register clears the
   * rest.
   */
  boolean halves() {
    return bytes < 16;
  }

  boolean isMmx() {
    return kind == Kind.MMX;
  }

  boolean onStack() {
    return kind == Kind.MEMORY && address.segment == Processor.SS;
  }

  /** The linear address for reading; 0 for a register. */
  long place(Processor c) {
    return kind == Kind.MEMORY ? aligned(c, address.read(c, bytes)) : 0;
  }

  /** The linear address for writing, and whatever writing there would throw; 0 for a register. */
  long placeToWrite(Processor c) {
    if (kind != Kind.MEMORY) {
      return 0;
    }
    long linear = aligned(c, address.write(c, bytes));
    c.memory.checkWrite(linear, bytes);
    return linear;
  }

  private long aligned(Processor c, long linear) {
    if (aligned && (linear & 15) != 0) {
      throw c.exception(Vector.GP, 0);
    }
    return linear;
  }

  /** The low half. */
  long low(Processor c, long place) {
    return switch (kind) {
      case XMM -> c.xmmLow[number];
      case MMX -> c.fpu.significand[number];
      case GENERAL -> c.gpr[number] & (-1L >>> (64 - 8 * bytes));
      case MEMORY -> c.memory.read(place, Math.min(bytes, 8));
    };
  }

  /** The high half. */
  long high(Processor c, long place) {
    return switch (kind) {
      case XMM -> c.xmmHigh[number];
      case MMX, GENERAL -> 0;
      case MEMORY -> bytes == 16 ? c.memory.readLong(place + 8) : 0;
    };
  }

  /** Writes the operand; of memory only as many bytes as it has. */
  void store(Processor c, long place, long low, long high) {
    switch (kind) {
      case XMM -> {
        c.xmmLow[number] = low;
        c.xmmHigh[number] = high;
      }
      case MMX -> c.fpu.mmx(number, low);
      case GENERAL -> c.gpr[number] = low & (-1L >>> (64 - 8 * bytes));
      case MEMORY -> {
        if (bytes == 16) {
          c.memory.writeLong(place, low);
          c.memory.writeLong(place + 8, high);
        } else {
          c.memory.write(place, bytes, low);
        }
      }
    }
  }

  /** Throws #UD or #NM where SSE instructions raise them. */
  static void checkSse(Processor c) {
    if ((c.cr0 & (ControlBits.CR0_EM | ControlBits.CR0_TS)) != 0
        || (c.cr4 & ControlBits.CR4_OSFXSR) == 0) {
      throw (c.cr0 & ControlBits.CR0_EM) != 0 || (c.cr4 & ControlBits.CR4_OSFXSR) == 0
          ? c.exception(Vector.UD)
          : c.exception(Vector.NM);
    }
  }
}
