package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.semantics.Flags;
import dev.ringside.vmm.x86.semantics.Packed;
import dev.ringside.vmm.x86.semantics.SseFloat;
import org.jspecify.annotations.Nullable;

/** Binds SSE's and SSE2's floating-point arithmetic, comparisons and conversions. */
final class SseFloatBinder implements OpFactory.Binder {
  /** What happens in one lane, from the destination's lane and the source's. */
  private interface Lane {
    long value(long a, long b, int mxcsr);

    /** Exceptions, as bits of MXCSR. */
    int exceptions(long a, long b, int mxcsr);
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case ADDPS, ADDPD, ADDSS, ADDSD -> arithmetic(SseFloat.ADD, i, mode);
      case MULPS, MULPD, MULSS, MULSD -> arithmetic(SseFloat.MULTIPLY, i, mode);
      case SUBPS, SUBPD, SUBSS, SUBSD -> arithmetic(SseFloat.SUBTRACT, i, mode);
      case MINPS, MINPD, MINSS, MINSD -> arithmetic(SseFloat.MINIMUM, i, mode);
      case DIVPS, DIVPD, DIVSS, DIVSD -> arithmetic(SseFloat.DIVIDE, i, mode);
      case MAXPS, MAXPD, MAXSS, MAXSD -> arithmetic(SseFloat.MAXIMUM, i, mode);
      case SQRTPS, SQRTPD, SQRTSS, SQRTSD -> arithmetic(SseFloat.SQUARE_ROOT, i, mode);
      case CMPPS, CMPPD, CMPSS, CMPSD -> lanes(compare((int) i.immediate() & 7, wide(i)), i, mode);
      case RCPPS, RCPSS -> lanes(approximate(false), i, mode);
      case RSQRTPS, RSQRTSS -> lanes(approximate(true), i, mode);
      case CVTDQ2PS -> lanes(fromInteger(false), i, mode);
      case CVTPS2DQ -> lanes(toInteger(false, false), i, mode);
      case CVTTPS2DQ -> lanes(toInteger(false, true), i, mode);
      case COMISS -> new Order(false, true, i, mode);
      case COMISD -> new Order(true, true, i, mode);
      case UCOMISS -> new Order(false, false, i, mode);
      case UCOMISD -> new Order(true, false, i, mode);
      case CVTSI2SS -> new FromGeneral(false, i, mode);
      case CVTSI2SD -> new FromGeneral(true, i, mode);
      case CVTSS2SI -> new ToGeneral(false, false, i, mode);
      case CVTTSS2SI -> new ToGeneral(false, true, i, mode);
      case CVTSD2SI -> new ToGeneral(true, false, i, mode);
      case CVTTSD2SI -> new ToGeneral(true, true, i, mode);
      case CVTSS2SD -> new Resize(changeWidth(false), false, true, true, i, mode);
      case CVTSD2SS -> new Resize(changeWidth(true), true, false, true, i, mode);
      case CVTPS2PD -> new Resize(changeWidth(false), false, true, false, i, mode);
      case CVTPD2PS -> new Resize(changeWidth(true), true, false, false, i, mode);
      case CVTDQ2PD, CVTPI2PD -> new Resize(fromInteger(true), false, true, false, i, mode);
      case CVTPD2DQ, CVTPD2PI -> new Resize(toInteger(true, false), true, false, false, i, mode);
      case CVTTPD2DQ, CVTTPD2PI -> new Resize(toInteger(true, true), true, false, false, i, mode);
      case CVTPI2PS -> new LowHalf(fromInteger(false), i, mode);
      case CVTPS2PI -> new LowHalf(toInteger(false, false), i, mode);
      case CVTTPS2PI -> new LowHalf(toInteger(false, true), i, mode);
      default -> null;
    };
  }

  /** Whether the lanes of an arithmetic instruction have 64 bits: names end in PD or SD. */
  private static boolean wide(Instruction i) {
    return i.mnemonic().name().endsWith("D");
  }

  private static boolean scalar(Instruction i) {
    String name = i.mnemonic().name();
    return name.charAt(name.length() - 2) == 'S';
  }

  private static Op arithmetic(int operation, Instruction i, CodeMode mode) {
    boolean wide = wide(i);
    Lane lane =
        new Lane() {
          @Override
          public long value(long a, long b, int mxcsr) {
            return SseFloat.arithmetic(operation, wide, a, b, mxcsr);
          }

          @Override
          public int exceptions(long a, long b, int mxcsr) {
            return SseFloat.arithmeticFlags(operation, wide, a, b, mxcsr);
          }
        };
    return lanes(lane, i, mode);
  }

  private static Op lanes(Lane lane, Instruction i, CodeMode mode) {
    boolean converts = i.mnemonic().name().startsWith("CVT");
    return scalar(i) && !converts
        ? new Scalar(lane, wide(i), i, mode)
        : new All(lane, !converts && wide(i), i, mode);
  }

  private static Lane compare(int predicate, boolean wide) {
    return new Lane() {
      @Override
      public long value(long a, long b, int mxcsr) {
        return SseFloat.compares(predicate, wide, a, b, mxcsr) ? -1 : 0;
      }

      @Override
      public int exceptions(long a, long b, int mxcsr) {
        return SseFloat.compareFlags(predicate, wide, a, b, mxcsr);
      }
    };
  }

  private static Lane approximate(boolean ofRoot) {
    return new Lane() {
      @Override
      public long value(long a, long b, int mxcsr) {
        return SseFloat.reciprocal(ofRoot, b);
      }

      @Override
      public int exceptions(long a, long b, int mxcsr) {
        return 0;
      }
    };
  }

  /** A signed integer of 32 bits to a number. */
  private static Lane fromInteger(boolean wide) {
    return new Lane() {
      @Override
      public long value(long a, long b, int mxcsr) {
        return SseFloat.fromInteger(wide, Flags.signed(b, 2), mxcsr);
      }

      @Override
      public int exceptions(long a, long b, int mxcsr) {
        return SseFloat.fromIntegerFlags(wide, Flags.signed(b, 2), mxcsr);
      }
    };
  }

  /** A number to a signed integer of 32 bits. */
  private static Lane toInteger(boolean wide, boolean truncate) {
    return new Lane() {
      @Override
      public long value(long a, long b, int mxcsr) {
        return SseFloat.toInteger(wide, b, 2, truncate, mxcsr);
      }

      @Override
      public int exceptions(long a, long b, int mxcsr) {
        return SseFloat.toIntegerFlags(wide, b, 2, truncate, mxcsr);
      }
    };
  }

  private static Lane changeWidth(boolean wide) {
    return new Lane() {
      @Override
      public long value(long a, long b, int mxcsr) {
        return SseFloat.convert(wide, b, mxcsr);
      }

      @Override
      public int exceptions(long a, long b, int mxcsr) {
        return SseFloat.convertFlags(wide, b, mxcsr);
      }
    };
  }

  /** Collects the exceptions of an instruction in MXCSR. */
  private static void raise(Processor c, int exceptions) {
    int raised = SseFloat.raised(exceptions, c.mxcsr);
    int before = c.mxcsr;
    c.mxcsr |= raised;
    if (SseFloat.traps(raised, before)) {
      throw c.exception((c.cr4 & ControlBits.CR4_OSXMMEXCPT) != 0 ? Vector.XM : Vector.UD);
    }
  }

  private static long low(long half) {
    return half & 0xFFFF_FFFFL;
  }

  private static long pair(long low, long high) {
    return Packed.pair((int) low, (int) high);
  }

  /** All lanes, of 32 bits or 64. */
  private static final class All extends PackedBinder.Two {
    private final Lane lane;
    private final boolean wide;

    All(Lane lane, boolean wide, Instruction i, CodeMode mode) {
      super(i, mode);
      this.lane = lane;
      this.wide = wide;
    }

    @Override
    void apply(Processor c, long low, long high) {
      long l = to.low(c, 0);
      long h = to.high(c, 0);
      int m = c.mxcsr;
      raise(c, exceptions(l, low, m) | exceptions(h, high, m));
      to.store(c, 0, half(l, low, m), half(h, high, m));
    }

    private int exceptions(long a, long b, int m) {
      return wide
          ? lane.exceptions(a, b, m)
          : lane.exceptions(low(a), low(b), m) | lane.exceptions(a >>> 32, b >>> 32, m);
    }

    private long half(long a, long b, int m) {
      return wide
          ? lane.value(a, b, m)
          : pair(lane.value(low(a), low(b), m), lane.value(a >>> 32, b >>> 32, m));
    }
  }

  /** The lowest lane; the others stay. */
  private static final class Scalar extends PackedBinder.Two {
    private final Lane lane;
    private final boolean wide;

    Scalar(Lane lane, boolean wide, Instruction i, CodeMode mode) {
      super(i, mode);
      this.lane = lane;
      this.wide = wide;
    }

    @Override
    void apply(Processor c, long low, long high) {
      long l = to.low(c, 0);
      int m = c.mxcsr;
      long a = wide ? l : low(l);
      long b = wide ? low : low(low);
      raise(c, lane.exceptions(a, b, m));
      long r = lane.value(a, b, m);
      to.store(c, 0, wide ? r : pair(r, l >>> 32), to.high(c, 0));
    }
  }

  /**
   * Two lanes (or one) of one width from as many of the other; what is left over becomes zero (or
   * stays).
   */
  private static final class Resize extends PackedBinder.Two {
    private final Lane lane;
    private final boolean fromWide;
    private final boolean toWide;
    private final boolean scalar;

    Resize(
        Lane lane, boolean fromWide, boolean toWide, boolean scalar, Instruction i, CodeMode mode) {
      super(i, mode);
      this.lane = lane;
      this.fromWide = fromWide;
      this.toWide = toWide;
      this.scalar = scalar;
    }

    @Override
    void apply(Processor c, long low, long high) {
      int m = c.mxcsr;
      long first = fromWide ? low : low(low);
      long second = fromWide ? high : low >>> 32;
      raise(c, lane.exceptions(0, first, m) | (scalar ? 0 : lane.exceptions(0, second, m)));
      long r = lane.value(0, first, m);
      if (scalar) {
        to.store(c, 0, toWide ? r : pair(r, to.low(c, 0) >>> 32), to.high(c, 0));
        return;
      }
      long s = lane.value(0, second, m);
      to.store(c, 0, toWide ? r : pair(r, s), toWide ? s : 0);
    }
  }

  /** Two lanes of 32 bits between an MMX register and the low half of an XMM register. */
  private static final class LowHalf extends PackedBinder.Two {
    private final Lane lane;

    LowHalf(Lane lane, Instruction i, CodeMode mode) {
      super(i, mode);
      this.lane = lane;
    }

    @Override
    void apply(Processor c, long low, long high) {
      int m = c.mxcsr;
      raise(c, lane.exceptions(0, low(low), m) | lane.exceptions(0, low >>> 32, m));
      to.store(c, 0, pair(lane.value(0, low(low), m), lane.value(0, low >>> 32, m)), to.high(c, 0));
    }
  }

  /** COMISS and its kin. */
  private static final class Order extends PackedBinder.Two {
    private final boolean wide;
    private final boolean quietToo;

    Order(boolean wide, boolean quietToo, Instruction i, CodeMode mode) {
      super(i, mode);
      this.wide = wide;
      this.quietToo = quietToo;
    }

    @Override
    void apply(Processor c, long low, long high) {
      long a = to.low(c, 0);
      int m = c.mxcsr;
      raise(c, SseFloat.orderFlags(quietToo, wide, a, low, m));
      c.statusFlags(SseFloat.order(wide, a, low, m));
    }
  }

  /** A general register or memory as a signed integer to a number. */
  private static final class FromGeneral extends PackedBinder.Two {
    private final boolean wide;
    private final int shift;

    FromGeneral(boolean wide, Instruction i, CodeMode mode) {
      super(i, mode);
      this.wide = wide;
      this.shift = 64 - i.operandWidth(1);
    }

    @Override
    void apply(Processor c, long low, long high) {
      int m = c.mxcsr;
      long value = low << shift >> shift;
      raise(c, SseFloat.fromIntegerFlags(wide, value, m));
      long r = SseFloat.fromInteger(wide, value, m);
      to.store(c, 0, wide ? r : pair(r, to.low(c, 0) >>> 32), to.high(c, 0));
    }
  }

  /** A number to a general register. */
  private static final class ToGeneral extends PackedBinder.Two {
    private final boolean wide;
    private final boolean truncate;
    private final int size;

    ToGeneral(boolean wide, boolean truncate, Instruction i, CodeMode mode) {
      super(i, mode);
      this.wide = wide;
      this.truncate = truncate;
      this.size = Operand.sizeOf(i.operandWidth(0));
    }

    @Override
    void apply(Processor c, long low, long high) {
      int m = c.mxcsr;
      raise(c, SseFloat.toIntegerFlags(wide, low, size, truncate, m));
      to.store(c, 0, SseFloat.toInteger(wide, low, size, truncate, m), 0);
    }
  }
}
