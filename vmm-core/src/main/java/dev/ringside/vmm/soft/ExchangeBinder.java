package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.semantics.Flags;
import org.jspecify.annotations.Nullable;

/** Binds the instructions made for LOCK: CMPXCHG, CMPXCHG8B, CMPXCHG16B and XADD. */
final class ExchangeBinder implements OpFactory.Binder {
  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case CMPXCHG -> new CompareExchange(Operand.of(i, 0, mode), Operand.of(i, 1, mode));
      case CMPXCHG8B -> new CompareExchangePair(Address.of(i, mode), 4);
      case CMPXCHG16B -> new CompareExchangePair(Address.of(i, mode), 8);
      case XADD -> new ExchangeAdd(Operand.of(i, 0, mode), Operand.of(i, 1, mode));
      default -> null;
    };
  }

  private static final class CompareExchange extends Op {
    private final Operand operand;
    private final Operand replacement;

    CompareExchange(Operand operand, Operand replacement) {
      this.operand = operand;
      this.replacement = replacement;
      this.stackSegment = operand.onStack();
    }

    @Override
    void execute(Processor c) {
      int size = operand.size;
      long place = operand.placeToWrite(c);
      long value = operand.load(c, place);
      long expected = Gpr.read(c, Processor.RAX, size);
      if (value == expected) {
        operand.store(c, place, replacement.read(c));
      } else {
        // Memory is written either way (SDM volume 2, CMPXCHG); a register keeps its upper half.
        if (!operand.placeless()) {
          operand.store(c, place, value);
        }
        Gpr.write(c, Processor.RAX, size, value);
      }
      c.flags(Flags.SUB8 + size, expected - value, expected, value);
    }
  }

  /** CMPXCHG8B and CMPXCHG16B: halves of 4 and 8 bytes. */
  private static final class CompareExchangePair extends Op {
    private final Address address;
    private final int half;

    CompareExchangePair(Address address, int half) {
      this.address = address;
      this.half = half;
      this.stackSegment = address.segment == Processor.SS;
    }

    @Override
    void execute(Processor c) {
      int size = half == 4 ? 2 : 3;
      long at = address.write(c, 2 * half);
      if (half == 8 && (at & 15) != 0) {
        throw c.exception(Vector.GP, 0);
      }
      c.memory.checkWrite(at, 2 * half);
      long low = c.memory.read(at, half);
      long high = c.memory.read(at + half, half);
      boolean equal =
          low == Gpr.read(c, Processor.RAX, size) && high == Gpr.read(c, Processor.RDX, size);
      if (equal) {
        c.memory.write(at, half, c.gpr[Processor.RBX]);
        c.memory.write(at + half, half, c.gpr[Processor.RCX]);
      } else {
        c.memory.write(at, half, low);
        c.memory.write(at + half, half, high);
        Gpr.write(c, Processor.RAX, size, low);
        Gpr.write(c, Processor.RDX, size, high);
      }
      c.statusFlags((c.statusFlags() & ~Flags.ZF) | (equal ? Flags.ZF : 0));
    }
  }

  private static final class ExchangeAdd extends Op {
    private final Operand operand;
    private final Operand other;

    ExchangeAdd(Operand operand, Operand other) {
      this.operand = operand;
      this.other = other;
      this.stackSegment = operand.onStack();
    }

    @Override
    void execute(Processor c) {
      long place = operand.placeToWrite(c);
      long a = operand.load(c, place);
      long b = other.read(c);
      long r = a + b;
      if (operand.placeless()) {
        other.store(c, 0, a);
        operand.store(c, place, r);
      } else {
        operand.store(c, place, r);
        other.store(c, 0, a);
      }
      c.flags(Flags.ADD8 + operand.size, r, a, b);
    }
  }
}
