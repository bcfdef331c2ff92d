package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.semantics.Divide;
import dev.ringside.vmm.x86.semantics.Flags;
import dev.ringside.vmm.x86.semantics.Multiply;
import org.jspecify.annotations.Nullable;

/** Binds MUL, IMUL, DIV and IDIV. */
final class MultiplyBinder implements OpFactory.Binder {
  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case MUL -> new Wide(false, Operand.of(i, 0, mode));
      case IMUL ->
          switch (i.operandCount()) {
            case 1 -> new Wide(true, Operand.of(i, 0, mode));
            case 2 ->
                new Narrow(i.registerNumber(0), Operand.of(i, 0, mode), Operand.of(i, 1, mode));
            default ->
                new Narrow(i.registerNumber(0), Operand.of(i, 1, mode), Operand.of(i, 2, mode));
          };
      case DIV -> new Quotient(false, Operand.of(i, 0, mode));
      case IDIV -> new Quotient(true, Operand.of(i, 0, mode));
      default -> null;
    };
  }

  /** IMUL of two operands or three: the low half. */
  private static final class Narrow extends Op {
    private final int d;
    private final Operand first;
    private final Operand second;

    Narrow(int d, Operand first, Operand second) {
      this.d = d;
      this.first = first;
      this.second = second;
      this.stackSegment = first.onStack() || second.onStack();
    }

    @Override
    void execute(Processor c) {
      int size = first.size;
      long a = first.read(c);
      long b = second.read(c);
      long r = Multiply.low(a, b, size);
      Gpr.write(c, d, size, r);
      c.flags(Flags.RESULT8 + size, r, Multiply.signedFlags(a, b, size), 0);
    }
  }

  /** The whole product in rDX:rAX, or AX. */
  private static final class Wide extends Op {
    private final boolean signed;
    private final Operand operand;

    Wide(boolean signed, Operand operand) {
      this.signed = signed;
      this.operand = operand;
      this.stackSegment = operand.onStack();
    }

    @Override
    void execute(Processor c) {
      int size = operand.size;
      long b = operand.read(c);
      long a = Gpr.read(c, Processor.RAX, size);
      long low = Multiply.low(a, b, size);
      long high = signed ? Multiply.signedHigh(a, b, size) : Multiply.unsignedHigh(a, b, size);
      int flags = signed ? Multiply.signedFlags(a, b, size) : Multiply.unsignedFlags(a, b, size);
      if (size == 0) {
        Gpr.write(c, Processor.RAX, 1, high << 8 | low);
      } else {
        Gpr.write(c, Processor.RAX, size, low);
        Gpr.write(c, Processor.RDX, size, high);
      }
      c.flags(Flags.RESULT8 + size, low, flags, 0);
    }
  }

  /** DIV and IDIV; the status flags, all undefined, stay as they are. */
  private static final class Quotient extends Op {
    private final boolean signed;
    private final Operand operand;

    Quotient(boolean signed, Operand operand) {
      this.signed = signed;
      this.operand = operand;
      this.stackSegment = operand.onStack();
    }

    @Override
    void execute(Processor c) {
      int size = operand.size;
      long d = operand.read(c);
      long low = c.gpr[Processor.RAX];
      long high = size == 0 ? low >>> 8 : c.gpr[Processor.RDX];
      if (!(signed
          ? Divide.signedDivides(high, low, d, size)
          : Divide.unsignedDivides(high, low, d, size))) {
        throw c.exception(Vector.DE);
      }
      long q =
          signed
              ? Divide.signedQuotient(high, low, d, size)
              : Divide.unsignedQuotient(high, low, d, size);
      long r = low - q * d;
      if (size == 0) {
        Gpr.write(c, Processor.RAX, 1, (r & 0xFF) << 8 | (q & 0xFF));
      } else {
        Gpr.write(c, Processor.RAX, size, q);
        Gpr.write(c, Processor.RDX, size, r);
      }
    }
  }
}
