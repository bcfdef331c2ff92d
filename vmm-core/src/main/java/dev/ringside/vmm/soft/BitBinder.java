package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.semantics.Bits;
import dev.ringside.vmm.x86.semantics.Flags;
import org.jspecify.annotations.Nullable;

/** Binds bit tests, scans and counts, SETcc and BSWAP. */
final class BitBinder implements OpFactory.Binder {
  private enum Change {
    NONE,
    SET,
    RESET,
    COMPLEMENT
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case BT -> test(Change.NONE, i, mode);
      case BTS -> test(Change.SET, i, mode);
      case BTR -> test(Change.RESET, i, mode);
      case BTC -> test(Change.COMPLEMENT, i, mode);
      case BSF -> scan(true, i, mode);
      case BSR -> scan(false, i, mode);
      // Where CPUID does not report the count, the prefix means nothing.
      case TZCNT -> SoftFeatures.reports(i.feature()) ? count(true, i, mode) : scan(true, i, mode);
      case LZCNT ->
          SoftFeatures.reports(i.feature()) ? count(false, i, mode) : scan(false, i, mode);
      case POPCNT -> population(i, mode);
      case BSWAP -> swap(i.registerNumber(0), Operand.sizeOf(i.operandWidth(0)));
      case SETCC -> new SetByte(i.condition(), Operand.of(i, 0, mode));
      default -> null;
    };
  }

  private static Op test(Change change, Instruction i, CodeMode mode) {
    Operand index = Operand.of(i, 1, mode);
    return i.operandKind(0) == OperandKind.MEMORY && i.operandKind(1) == OperandKind.REGISTER
        ? new TestString(change, Address.of(i, mode), index)
        : new Test(change, Operand.of(i, 0, mode), index);
  }

  private static long changed(Change change, long value, long index, int size) {
    return switch (change) {
      case NONE -> value;
      case SET -> Bits.set(value, index, size);
      case RESET -> Bits.reset(value, index, size);
      case COMPLEMENT -> Bits.complement(value, index, size);
    };
  }

  private static void carry(Processor c, int carry) {
    c.statusFlags((c.statusFlags() & ~Flags.CF) | carry);
  }

  private static Op scan(boolean forward, Instruction i, CodeMode mode) {
    Operand to = Operand.of(i, 0, mode);
    Operand from = Operand.of(i, 1, mode);
    return new SimpleOp(
            c -> {
              long s = from.read(c);
              if (s != 0) {
                long r =
                    forward ? Bits.scanForward(0, s, to.size) : Bits.scanReverse(0, s, to.size);
                to.store(c, 0, r);
              }
              c.statusFlags((c.statusFlags() & ~Flags.ZF) | Bits.scanFlags(s, to.size));
            })
        .onStack(from.onStack());
  }

  private static Op count(boolean trailing, Instruction i, CodeMode mode) {
    Operand to = Operand.of(i, 0, mode);
    Operand from = Operand.of(i, 1, mode);
    return new SimpleOp(
            c -> {
              long s = from.read(c);
              long n = trailing ? Bits.trailingZeros(s, to.size) : Bits.leadingZeros(s, to.size);
              to.store(c, 0, n);
              c.statusFlags(
                  (c.statusFlags() & ~(Flags.CF | Flags.ZF)) | Bits.countFlags(s, n, to.size));
            })
        .onStack(from.onStack());
  }

  private static Op population(Instruction i, CodeMode mode) {
    Operand to = Operand.of(i, 0, mode);
    Operand from = Operand.of(i, 1, mode);
    return new SimpleOp(
            c -> {
              long s = from.read(c);
              to.store(c, 0, Bits.population(s, to.size));
              c.statusFlags(Bits.populationFlags(s, to.size));
            })
        .onStack(from.onStack());
  }

  private static Op swap(int register, int size) {
    return new SimpleOp(c -> Gpr.write(c, register, size, Bits.swapBytes(c.gpr[register], size)));
  }

  private static final class SetByte extends Op {
    private final int condition;
    private final Operand to;

    SetByte(int condition, Operand to) {
      this.condition = condition;
      this.to = to;
      this.stackSegment = to.onStack();
    }

    @Override
    void execute(Processor c) {
      to.store(c, to.placeToWrite(c), c.condition(condition) ? 1 : 0);
    }
  }

  /** A bit of a register, or of the memory operand itself. */
  private static final class Test extends Op {
    private final Change change;
    private final Operand operand;
    private final Operand index;

    Test(Change change, Operand operand, Operand index) {
      this.change = change;
      this.operand = operand;
      this.index = index;
      this.stackSegment = operand.onStack();
    }

    @Override
    void execute(Processor c) {
      long place = change == Change.NONE ? operand.place(c) : operand.placeToWrite(c);
      long value = operand.load(c, place);
      long n = index.read(c);
      if (change != Change.NONE) {
        operand.store(c, place, changed(change, value, n, operand.size));
      }
      carry(c, Bits.test(value, n, operand.size));
    }
  }

  /** A bit of a string in memory, as far from the operand as the register says, either way. */
  private static final class TestString extends Op {
    private final Change change;
    private final Address address;
    private final Operand index;

    TestString(Change change, Address address, Operand index) {
      this.change = change;
      this.address = address;
      this.index = index;
      this.stackSegment = address.segment == Processor.SS;
    }

    @Override
    void execute(Processor c) {
      int size = index.size;
      int bytes = 1 << size;
      long n = index.read(c);
      long away = (Flags.signed(n, size) >> (size + 3)) << size;
      long linear = address.at(c, address.offset(c) + away, bytes, change != Change.NONE);
      if (change != Change.NONE) {
        c.memory.checkWrite(linear, bytes);
      }
      long value = c.memory.read(linear, bytes);
      if (change != Change.NONE) {
        c.memory.write(linear, bytes, changed(change, value, n, size));
      }
      carry(c, Bits.test(value, n, size));
    }
  }
}
