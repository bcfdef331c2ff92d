package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.decode.RegisterClass;
import org.jspecify.annotations.Nullable;

/**
 * Binds moves between general registers and memory: MOV, MOVZX, MOVSX, MOVSXD, LEA, CMOVcc, XCHG,
 * MOVBE, MOVNTI.
 */
final class MoveBinder implements OpFactory.Binder {
  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case MOV -> move(i, mode);
      case MOVNTI -> store(i, mode);
      case MOVZX -> extendUnsigned(i, mode);
      case MOVSX, MOVSXD -> extendSigned(i, mode);
      case LEA -> loadAddress(i, mode);
      case CMOVCC ->
          new ConditionalMove(i.condition(), Operand.of(i, 0, mode), Operand.of(i, 1, mode));
      case XCHG -> exchange(i, mode);
      case MOVBE -> new SwappedMove(Operand.of(i, 0, mode), Operand.of(i, 1, mode));
      default -> null;
    };
  }

  private static @Nullable Op move(Instruction i, CodeMode mode) {
    if (isRegister(i, 0, RegisterClass.SEGMENT)
        || isRegister(i, 0, RegisterClass.CONTROL)
        || isRegister(i, 0, RegisterClass.DEBUG)
        || isRegister(i, 1, RegisterClass.CONTROL)
        || isRegister(i, 1, RegisterClass.DEBUG)) {
      return null;
    }
    if (isRegister(i, 1, RegisterClass.SEGMENT)) {
      return new Copy(Operand.of(i, 0, mode), new Selector(i.registerNumber(1)));
    }
    if (i.operandKind(0) == OperandKind.MEMORY) {
      return store(i, mode);
    }
    int d = i.registerNumber(0);
    int width = i.operandWidth(0);
    if (width >= 32) {
      return switch (i.operandKind(1)) {
        case REGISTER ->
            width == 64 ? new Move64(d, i.registerNumber(1)) : new Move32(d, i.registerNumber(1));
        case IMMEDIATE ->
            new MoveConstant(d, width == 64 ? i.immediate() : i.immediate() & 0xFFFF_FFFFL);
        case MEMORY -> {
          Address m = Address.of(i, mode);
          yield width == 64 ? new Load64(d, m) : new Load32(d, m);
        }
        case RELATIVE, FAR_POINTER -> null;
      };
    }
    return new Copy(Operand.of(i, 0, mode), Operand.of(i, 1, mode));
  }

  private static Op store(Instruction i, CodeMode mode) {
    Address m = Address.of(i, mode);
    if (i.operandKind(1) == OperandKind.REGISTER && i.registerClass(1) != RegisterClass.GPR8_HIGH) {
      int s = i.registerNumber(1);
      switch (i.operandWidth(0)) {
        case 8 -> {
          return new Store8(m, s);
        }
        case 16 -> {
          return new Store16(m, s);
        }
        case 32 -> {
          return new Store32(m, s);
        }
        case 64 -> {
          return new Store64(m, s);
        }
        default -> {}
      }
    }
    if (i.operandKind(1) == OperandKind.IMMEDIATE) {
      return new StoreConstant(m, i.operandWidth(0) / 8, i.immediate());
    }
    return new Copy(Operand.of(i, 0, mode), Operand.of(i, 1, mode));
  }

  private static Op extendUnsigned(Instruction i, CodeMode mode) {
    int from = i.operandWidth(1);
    if (i.operandWidth(0) >= 32) {
      int d = i.registerNumber(0);
      if (i.operandKind(1) == OperandKind.MEMORY) {
        Address m = Address.of(i, mode);
        return from == 8 ? new LoadByte(d, m) : new LoadShort(d, m);
      }
      if (i.registerClass(1) != RegisterClass.GPR8_HIGH) {
        return new MoveUnsigned(d, i.registerNumber(1), from == 8 ? 0xFF : 0xFFFF);
      }
    }
    return new Copy(Operand.of(i, 0, mode), Operand.of(i, 1, mode));
  }

  private static Op extendSigned(Instruction i, CodeMode mode) {
    int width = i.operandWidth(0);
    int from = i.operandWidth(1);
    if (width >= 32
        && i.operandKind(1) == OperandKind.REGISTER
        && i.registerClass(1) != RegisterClass.GPR8_HIGH) {
      return new MoveSigned(
          i.registerNumber(0), i.registerNumber(1), 64 - from, Address.mask(width));
    }
    if (width == 64 && from == 32) {
      return new LoadSigned32(i.registerNumber(0), Address.of(i, mode));
    }
    return new CopySigned(Operand.of(i, 0, mode), Operand.of(i, 1, mode), 64 - from);
  }

  private static Op loadAddress(Instruction i, CodeMode mode) {
    Address m = Address.of(i, mode);
    int d = i.registerNumber(0);
    int width = i.operandWidth(0);
    return width == 16 ? new LoadAddress16(d, m) : new LoadAddress(d, m, Address.mask(width));
  }

  private static Op exchange(Instruction i, CodeMode mode) {
    return new Exchange(Operand.of(i, 0, mode), Operand.of(i, 1, mode));
  }

  static boolean isRegister(Instruction i, int n, RegisterClass c) {
    return i.operandKind(n) == OperandKind.REGISTER && i.registerClass(n) == c;
  }

  /** A segment register's selector, as a source. */
  static final class Selector extends Operand {
    private final int segment;

    Selector(int segment) {
      super(1);
      this.segment = segment;
    }

    @Override
    long load(Processor c, long place) {
      return c.selector[segment] & 0xFFFF;
    }

    @Override
    void store(Processor c, long place, long value) {
      throw new IllegalStateException("loading a segment register has rules of its own");
    }
  }

  private static final class Move64 extends Op {
    private final int d;
    private final int s;

    Move64(int d, int s) {
      this.d = d;
      this.s = s;
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = c.gpr[s];
    }
  }

  private static final class Move32 extends Op {
    private final int d;
    private final int s;

    Move32(int d, int s) {
      this.d = d;
      this.s = s;
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = c.gpr[s] & 0xFFFF_FFFFL;
    }
  }

  private static final class MoveUnsigned extends Op {
    private final int d;
    private final int s;
    private final long mask;

    MoveUnsigned(int d, int s, long mask) {
      this.d = d;
      this.s = s;
      this.mask = mask;
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = c.gpr[s] & mask;
    }
  }

  private static final class MoveSigned extends Op {
    private final int d;
    private final int s;
    private final int shift;
    private final long mask;

    MoveSigned(int d, int s, int shift, long mask) {
      this.d = d;
      this.s = s;
      this.shift = shift;
      this.mask = mask;
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = (c.gpr[s] << shift >> shift) & mask;
    }
  }

  private static final class MoveConstant extends Op {
    private final int d;
    private final long value;

    MoveConstant(int d, long value) {
      this.d = d;
      this.value = value;
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = value;
    }
  }

  /** A register loaded from memory. */
  private abstract static class Load extends Op {
    final int d;
    final Address m;

    Load(int d, Address m) {
      this.d = d;
      this.m = m;
      this.stackSegment = m.segment == Processor.SS;
    }
  }

  private static final class Load64 extends Load {
    Load64(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = c.memory.readLong(m.read(c, 8));
    }
  }

  private static final class Load32 extends Load {
    Load32(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = c.memory.readInt(m.read(c, 4)) & 0xFFFF_FFFFL;
    }
  }

  private static final class LoadSigned32 extends Load {
    LoadSigned32(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = c.memory.readInt(m.read(c, 4));
    }
  }

  private static final class LoadShort extends Load {
    LoadShort(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = c.memory.readShort(m.read(c, 2));
    }
  }

  private static final class LoadByte extends Load {
    LoadByte(int d, Address m) {
      super(d, m);
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = c.memory.readByte(m.read(c, 1));
    }
  }

  private static final class LoadAddress extends Op {
    private final int d;
    private final Address m;
    private final long mask;

    LoadAddress(int d, Address m, long mask) {
      this.d = d;
      this.m = m;
      this.mask = mask;
    }

    @Override
    void execute(Processor c) {
      c.gpr[d] = m.offset(c) & mask;
    }
  }

  private static final class LoadAddress16 extends Op {
    private final int d;
    private final Address m;

    LoadAddress16(int d, Address m) {
      this.d = d;
      this.m = m;
    }

    @Override
    void execute(Processor c) {
      Gpr.write(c, d, 1, m.offset(c));
    }
  }

  /** A register stored to memory. */
  private abstract static class Store extends Op {
    final Address m;
    final int s;

    Store(Address m, int s) {
      this.m = m;
      this.s = s;
      this.stackSegment = m.segment == Processor.SS;
    }
  }

  private static final class Store64 extends Store {
    Store64(Address m, int s) {
      super(m, s);
    }

    @Override
    void execute(Processor c) {
      c.memory.writeLong(m.write(c, 8), c.gpr[s]);
    }
  }

  private static final class Store32 extends Store {
    Store32(Address m, int s) {
      super(m, s);
    }

    @Override
    void execute(Processor c) {
      c.memory.writeInt(m.write(c, 4), (int) c.gpr[s]);
    }
  }

  private static final class Store16 extends Store {
    Store16(Address m, int s) {
      super(m, s);
    }

    @Override
    void execute(Processor c) {
      c.memory.writeShort(m.write(c, 2), (int) c.gpr[s]);
    }
  }

  private static final class Store8 extends Store {
    Store8(Address m, int s) {
      super(m, s);
    }

    @Override
    void execute(Processor c) {
      c.memory.writeByte(m.write(c, 1), (int) c.gpr[s]);
    }
  }

  private static final class StoreConstant extends Op {
    private final Address m;
    private final int bytes;
    private final long value;

    StoreConstant(Address m, int bytes, long value) {
      this.m = m;
      this.bytes = bytes;
      this.value = value;
      this.stackSegment = m.segment == Processor.SS;
    }

    @Override
    void execute(Processor c) {
      c.memory.write(m.write(c, bytes), bytes, value);
    }
  }

  /** A move of any size; one that widens fills with zeros. */
  private static final class Copy extends Op {
    private final Operand to;
    private final Operand from;

    Copy(Operand to, Operand from) {
      this.to = to;
      this.from = from;
      this.stackSegment = to.onStack() || from.onStack();
    }

    @Override
    void execute(Processor c) {
      long value = from.read(c);
      to.store(c, to.placeToWrite(c), value);
    }
  }

  private static final class CopySigned extends Op {
    private final Operand to;
    private final Operand from;
    private final int shift;

    CopySigned(Operand to, Operand from, int shift) {
      this.to = to;
      this.from = from;
      this.shift = shift;
      this.stackSegment = from.onStack();
    }

    @Override
    void execute(Processor c) {
      to.store(c, 0, from.read(c) << shift >> shift);
    }
  }

  private static final class SwappedMove extends Op {
    private final Operand to;
    private final Operand from;

    SwappedMove(Operand to, Operand from) {
      this.to = to;
      this.from = from;
      this.stackSegment = to.onStack() || from.onStack();
    }

    @Override
    void execute(Processor c) {
      long value = Long.reverseBytes(from.read(c)) >>> (64 - (8 << to.size));
      to.store(c, to.placeToWrite(c), value);
    }
  }

  private static final class ConditionalMove extends Op {
    private final int condition;
    private final Operand to;
    private final Operand from;

    ConditionalMove(int condition, Operand to, Operand from) {
      this.condition = condition;
      this.to = to;
      this.from = from;
      this.stackSegment = from.onStack();
    }

    @Override
    void execute(Processor c) {
      // Memory is read in any case, and a 32-bit destination loses its upper half.
      long value = from.read(c);
      to.store(c, 0, c.condition(condition) ? value : to.read(c));
    }
  }

  private static final class Exchange extends Op {
    private final Operand first;
    private final Operand second;

    Exchange(Operand first, Operand second) {
      this.first = first;
      this.second = second;
      this.stackSegment = first.onStack() || second.onStack();
    }

    @Override
    void execute(Processor c) {
      long p = first.placeToWrite(c);
      long q = second.placeToWrite(c);
      long a = first.load(c, p);
      long b = second.load(c, q);
      first.store(c, p, b);
      second.store(c, q, a);
    }
  }
}
