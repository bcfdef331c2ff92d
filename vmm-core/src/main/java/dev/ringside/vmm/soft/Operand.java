package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.decode.RegisterClass;

/**
 * A general operand: register, memory or constant. What is slow to find (a linear address, checked)
 * is found once by {@link #place} or {@link #placeToWrite} and handed to {@link #load} and {@link
 * #store}; registers need none.
 */
abstract class Operand {
  /** 0 to 3 for 8 to 64 bits. */
  final int size;

  Operand(int size) {
    this.size = size;
  }

  /** Where the operand is, for reading. */
  long place(Processor c) {
    return 0;
  }

  /** Where the operand is, for writing or for both; throws what writing there would throw. */
  long placeToWrite(Processor c) {
    return 0;
  }

  /** Its value, zero-extended. */
  abstract long load(Processor c, long place);

  /** Sets it; bits above its size are ignored. */
  abstract void store(Processor c, long place, long value);

  /** Its value, zero-extended. */
  final long read(Processor c) {
    return load(c, place(c));
  }

  /**
   * As {@link #read}, in an instruction that uses the stack besides: a non-canonical address of
   * this operand is #GP even so, unless it is in SS itself.
   */
  final long readBesideStack(Processor c) {
    try {
      return read(c);
    } catch (GuestFault f) {
      f.nonCanonical &= onStack();
      throw f;
    }
  }

  /** Whether this is a register or a constant, so that storing cannot fail. */
  boolean placeless() {
    return true;
  }

  /** Whether this is memory in SS. */
  boolean onStack() {
    return false;
  }

  /** Operand {@code n} of an instruction. */
  static Operand of(Instruction i, int n, CodeMode mode) {
    int size = sizeOf(i.operandWidth(n));
    OperandKind kind = i.operandKind(n);
    return switch (kind) {
      case REGISTER ->
          i.registerClass(n) == RegisterClass.GPR8_HIGH
              ? new HighByte(i.registerNumber(n))
              : new Register(i.registerNumber(n), size);
      case MEMORY -> new Memory(Address.of(i, mode), size);
      case IMMEDIATE -> new Constant(i.immediate(), size);
      case RELATIVE, FAR_POINTER -> throw new IllegalArgumentException(kind + " is no value");
    };
  }

  /** 0 to 3 for a width of 8 to 64 bits. */
  static int sizeOf(int bits) {
    return Integer.numberOfTrailingZeros(bits) - 3;
  }

  private static final class Register extends Operand {
    private final int number;

    Register(int number, int size) {
      super(size);
      this.number = number;
    }

    @Override
    long load(Processor c, long place) {
      return Gpr.read(c, number, size);
    }

    @Override
    void store(Processor c, long place, long value) {
      Gpr.write(c, number, size, value);
    }
  }

  /** AH, CH, DH, BH. */
  private static final class HighByte extends Operand {
    private final int number;

    HighByte(int number) {
      super(0);
      this.number = number;
    }

    @Override
    long load(Processor c, long place) {
      return c.gpr[number] >>> 8 & 0xFF;
    }

    @Override
    void store(Processor c, long place, long value) {
      c.gpr[number] = (c.gpr[number] & ~0xFF00L) | (value & 0xFF) << 8;
    }
  }

  private static final class Constant extends Operand {
    private final long value;

    Constant(long value, int size) {
      super(size);
      this.value = value & (-1L >>> (64 - (8 << size)));
    }

    @Override
    long load(Processor c, long place) {
      return value;
    }

    @Override
    void store(Processor c, long place, long value) {
      throw new IllegalStateException("a constant is no destination");
    }
  }

  private static final class Memory extends Operand {
    private final Address address;
    private final int bytes;

    Memory(Address address, int size) {
      super(size);
      this.address = address;
      this.bytes = 1 << size;
    }

    @Override
    long place(Processor c) {
      return address.read(c, bytes);
    }

    @Override
    long placeToWrite(Processor c) {
      long linear = address.write(c, bytes);
      c.memory.checkWrite(linear, bytes);
      return linear;
    }

    @Override
    long load(Processor c, long place) {
      return c.memory.read(place, bytes);
    }

    @Override
    void store(Processor c, long place, long value) {
      c.memory.write(place, bytes, value);
    }

    @Override
    boolean placeless() {
      return false;
    }

    @Override
    boolean onStack() {
      return address.segment == Processor.SS;
    }
  }
}
