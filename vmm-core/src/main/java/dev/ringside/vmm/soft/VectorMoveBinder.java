package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.semantics.Packed;
import dev.ringside.vmm.x86.semantics.SseFloat;
import org.jspecify.annotations.Nullable;

/** Binds SSE's and MMX's data movement, shuffles, inserts and extracts, and MXCSR. */
final class VectorMoveBinder implements OpFactory.Binder {
  /** What becomes of a register, from its halves and those of the source. */
  private interface Combination {
    /** One half of the result. */
    long apply(long low, long high, long fromLow, long fromHigh);
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    int order = i.operandCount() > 2 ? (int) i.immediate() & 0xFF : 0;
    return switch (i.mnemonic()) {
      case MOVAPS,
          MOVAPD,
          MOVUPS,
          MOVUPD,
          MOVDQA,
          MOVDQU,
          MOVNTPS,
          MOVNTPD,
          MOVNTDQ,
          MOVNTQ,
          MOVD,
          MOVQ2DQ,
          MOVDQ2Q,
          MOVQ ->
          new Move(i, mode);
      // Between registers the upper part stays; from memory it becomes zero; to memory it is not
      // written.
      case MOVSS ->
          betweenRegisters(i)
              ? into(
                  i, mode, (l, h, fl, fh) -> (l & ~0xFFFF_FFFFL) | (fl & 0xFFFF_FFFFL), KEEP_HIGH)
              : new Move(i, mode);
      case MOVSD -> betweenRegisters(i) ? into(i, mode, FROM_LOW, KEEP_HIGH) : new Move(i, mode);
      case MOVLPS, MOVLPD ->
          i.operandKind(0) == OperandKind.MEMORY
              ? new Move(i, mode)
              : into(i, mode, FROM_LOW, KEEP_HIGH);
      case MOVHPS, MOVHPD ->
          i.operandKind(0) == OperandKind.MEMORY
              ? new StoreHigh(i, mode)
              : into(i, mode, KEEP_LOW, FROM_LOW);
      case MOVHLPS -> into(i, mode, (l, h, fl, fh) -> fh, KEEP_HIGH);
      case MOVLHPS -> into(i, mode, KEEP_LOW, FROM_LOW);
      case PSHUFD ->
          into(
              i,
              mode,
              (l, h, fl, fh) -> Packed.dwords(fl, fh, order),
              (l, h, fl, fh) -> Packed.dwords(fl, fh, order >> 4));
      case SHUFPS ->
          into(
              i,
              mode,
              (l, h, fl, fh) -> Packed.dwords(l, h, order),
              (l, h, fl, fh) -> Packed.dwords(fl, fh, order >> 4));
      case SHUFPD ->
          into(
              i,
              mode,
              (l, h, fl, fh) -> (order & 1) == 0 ? l : h,
              (l, h, fl, fh) -> (order & 2) == 0 ? fl : fh);
      case PSHUFW -> into(i, mode, (l, h, fl, fh) -> Packed.pshufw(fl, order), FROM_HIGH);
      case PSHUFLW -> into(i, mode, (l, h, fl, fh) -> Packed.pshufw(fl, order), FROM_HIGH);
      case PSHUFHW -> into(i, mode, FROM_LOW, (l, h, fl, fh) -> Packed.pshufw(fh, order));
      case PSLLDQ -> {
        int bytes = (int) Math.min(i.immediate() & 0xFF, 16);
        yield into(
            i,
            mode,
            (l, h, fl, fh) -> Packed.pslldqLow(l, bytes),
            (l, h, fl, fh) -> Packed.pslldqHigh(l, h, bytes));
      }
      case PSRLDQ -> {
        int bytes = (int) Math.min(i.immediate() & 0xFF, 16);
        yield into(
            i,
            mode,
            (l, h, fl, fh) -> Packed.psrldqLow(l, h, bytes),
            (l, h, fl, fh) -> Packed.psrldqHigh(h, bytes));
      }
      case PINSRW ->
          into(
              i,
              mode,
              (l, h, fl, fh) -> (order & 4) == 0 || mmx(i) ? Packed.pinsrw(l, fl, order) : l,
              (l, h, fl, fh) -> (order & 4) == 0 || mmx(i) ? h : Packed.pinsrw(h, fl, order));
      case PEXTRW -> {
        boolean mmx = VectorOperand.of(i, 1, mode).isMmx();
        yield into(
            i,
            mode,
            (l, h, fl, fh) -> Packed.pextrw((order & 4) == 0 || mmx ? fl : fh, order),
            KEEP_HIGH);
      }
      case PMOVMSKB ->
          into(
              i,
              mode,
              (l, h, fl, fh) -> Packed.pmovmskb(fl) | (mmxSource(i) ? 0 : Packed.pmovmskb(fh) << 8),
              KEEP_HIGH);
      case MOVMSKPS ->
          into(
              i,
              mode,
              (l, h, fl, fh) ->
                  (fl >>> 31 & 1) | (fl >>> 62 & 2) | (fh >>> 29 & 4) | (fh >>> 60 & 8),
              KEEP_HIGH);
      case MOVMSKPD -> into(i, mode, (l, h, fl, fh) -> fl >>> 63 | (fh >>> 62 & 2), KEEP_HIGH);
      case MASKMOVQ, MASKMOVDQU -> new MaskedStore(i, mode);
      case LDMXCSR -> loadMxcsr(Operand.of(i, 0, mode));
      case STMXCSR -> storeMxcsr(Operand.of(i, 0, mode));
      case EMMS ->
          new SimpleOp(
              c -> {
                c.fpu.checkMmx(c);
                c.fpu.top = 0;
                c.fpu.empty = 0xFF;
              });
      default -> null;
    };
  }

  private static final Combination FROM_LOW = (l, h, fl, fh) -> fl;
  private static final Combination FROM_HIGH = (l, h, fl, fh) -> fh;
  private static final Combination KEEP_LOW = (l, h, fl, fh) -> l;
  private static final Combination KEEP_HIGH = (l, h, fl, fh) -> h;

  private static boolean betweenRegisters(Instruction i) {
    return i.memoryOperand() < 0;
  }

  private static boolean mmx(Instruction i) {
    return MoveBinder.isRegister(i, 0, dev.ringside.vmm.x86.decode.RegisterClass.MMX);
  }

  private static boolean mmxSource(Instruction i) {
    return MoveBinder.isRegister(i, 1, dev.ringside.vmm.x86.decode.RegisterClass.MMX);
  }

  private static Op into(Instruction i, CodeMode mode, Combination low, Combination high) {
    return new Combine(low, high, i, mode);
  }

  private static Op loadMxcsr(Operand from) {
    return new SimpleOp(
            c -> {
              VectorOperand.checkSse(c);
              long value = from.read(c);
              if ((value & ~SseFloat.MXCSR_MASK) != 0) {
                throw c.exception(Vector.GP, 0);
              }
              c.mxcsr = (int) value;
            })
        .onStack(from.onStack());
  }

  private static Op storeMxcsr(Operand to) {
    return new SimpleOp(
            c -> {
              VectorOperand.checkSse(c);
              to.store(c, to.placeToWrite(c), c.mxcsr);
            })
        .onStack(to.onStack());
  }

  /** The destination takes the source, with zeros where that has nothing. */
  private static final class Move extends Op {
    private final VectorOperand to;
    private final VectorOperand from;
    private final boolean mmx;

    Move(Instruction i, CodeMode mode) {
      this.to = VectorOperand.of(i, 0, mode);
      this.from = VectorOperand.of(i, 1, mode);
      this.mmx = to.isMmx() || from.isMmx();
      this.stackSegment = to.onStack() || from.onStack();
    }

    @Override
    void execute(Processor c) {
      PackedBinder.check(c, mmx);
      long at = from.place(c);
      long low = from.low(c, at);
      long high = from.high(c, at);
      long place = to.placeToWrite(c);
      // A store to MMIO may still leave; what comes before it changes nothing.
      if (to.isMemory()) {
        to.store(c, place, low, high);
        if (mmx) {
          c.fpu.enterMmx();
        }
      } else {
        if (mmx) {
          c.fpu.enterMmx();
        }
        to.store(c, place, low, from.halves() || to.halves() ? 0 : high);
      }
    }
  }

  private static final class StoreHigh extends Op {
    private final VectorOperand to;
    private final VectorOperand from;

    StoreHigh(Instruction i, CodeMode mode) {
      this.to = VectorOperand.of(i, 0, mode);
      this.from = VectorOperand.of(i, 1, mode);
      this.stackSegment = to.onStack();
    }

    @Override
    void execute(Processor c) {
      VectorOperand.checkSse(c);
      to.store(c, to.placeToWrite(c), from.high(c, 0), 0);
    }
  }

  private static final class Combine extends PackedBinder.Two {
    private final Combination lower;
    private final Combination upper;

    Combine(Combination lower, Combination upper, Instruction i, CodeMode mode) {
      super(i, mode);
      this.lower = lower;
      this.upper = upper;
    }

    @Override
    void apply(Processor c, long low, long high) {
      long l = to.low(c, 0);
      long h = to.high(c, 0);
      to.store(c, 0, lower.apply(l, h, low, high), upper.apply(l, h, low, high));
    }
  }

  /** MASKMOVQ and MASKMOVDQU: the bytes whose mask is negative go to DS:rDI. */
  private static final class MaskedStore extends Op {
    private final VectorOperand from;
    private final VectorOperand mask;
    private final Address address;
    private final int bytes;

    MaskedStore(Instruction i, CodeMode mode) {
      this.from = VectorOperand.of(i, 0, mode);
      this.mask = VectorOperand.of(i, 1, mode);
      this.bytes = from.isMmx() ? 8 : 16;
      int segment = i.segmentOverride() < 0 ? Processor.DS : i.segmentOverride();
      this.address = Address.ofRegister(Processor.RDI, segment, i.addressSize(), mode);
      this.stackSegment = segment == Processor.SS;
    }

    @Override
    void execute(Processor c) {
      PackedBinder.check(c, from.isMmx());
      long chosen = Packed.pmovmskb(mask.low(c, 0)) | (long) Packed.pmovmskb(mask.high(c, 0)) << 8;
      long at = address.write(c, bytes);
      for (int n = 0; n < bytes; n++) {
        if ((chosen >> n & 1) != 0) {
          c.memory.checkWrite(at + n, 1);
        }
      }
      for (int n = 0; n < bytes; n++) {
        if ((chosen >> n & 1) != 0) {
          long half = n < 8 ? from.low(c, 0) : from.high(c, 0);
          c.memory.writeByte(at + n, (int) (half >>> (8 * (n & 7))));
        }
      }
      if (from.isMmx()) {
        c.fpu.enterMmx();
      }
    }
  }
}
