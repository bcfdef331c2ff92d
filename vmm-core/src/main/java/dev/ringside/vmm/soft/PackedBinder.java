package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.semantics.Packed;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds packed integer arithmetic and logic of MMX and SSE2, and the bitwise operations of SSE's
 * floating point.
 */
final class PackedBinder implements OpFactory.Binder {
  /** What happens to 64 bits. */
  interface Halves {
    long apply(long a, long b);
  }

  /** Lanes stay in their half. */
  private static final Map<Mnemonic, Halves> LANES = new EnumMap<>(Mnemonic.class);

  /** The second operand is a count for all lanes. */
  private static final Map<Mnemonic, Halves> SHIFTS = new EnumMap<>(Mnemonic.class);

  /** Both halves of one operand become one half of the result. */
  private static final Map<Mnemonic, Halves> PACKS = new EnumMap<>(Mnemonic.class);

  static {
    LANES.put(Mnemonic.PADDB, Packed::paddb);
    LANES.put(Mnemonic.PADDW, Packed::paddw);
    LANES.put(Mnemonic.PADDD, Packed::paddd);
    LANES.put(Mnemonic.PADDQ, Long::sum);
    LANES.put(Mnemonic.PSUBB, Packed::psubb);
    LANES.put(Mnemonic.PSUBW, Packed::psubw);
    LANES.put(Mnemonic.PSUBD, Packed::psubd);
    LANES.put(Mnemonic.PSUBQ, (a, b) -> a - b);
    LANES.put(Mnemonic.PADDSB, Packed::paddsb);
    LANES.put(Mnemonic.PADDSW, Packed::paddsw);
    LANES.put(Mnemonic.PADDUSB, Packed::paddusb);
    LANES.put(Mnemonic.PADDUSW, Packed::paddusw);
    LANES.put(Mnemonic.PSUBSB, Packed::psubsb);
    LANES.put(Mnemonic.PSUBSW, Packed::psubsw);
    LANES.put(Mnemonic.PSUBUSB, Packed::psubusb);
    LANES.put(Mnemonic.PSUBUSW, Packed::psubusw);
    LANES.put(Mnemonic.PMULLW, Packed::pmullw);
    LANES.put(Mnemonic.PMULHW, Packed::pmulhw);
    LANES.put(Mnemonic.PMULHUW, Packed::pmulhuw);
    LANES.put(Mnemonic.PMULUDQ, Packed::pmuludq);
    LANES.put(Mnemonic.PMADDWD, Packed::pmaddwd);
    LANES.put(Mnemonic.PCMPEQB, Packed::pcmpeqb);
    LANES.put(Mnemonic.PCMPEQW, Packed::pcmpeqw);
    LANES.put(Mnemonic.PCMPEQD, Packed::pcmpeqd);
    LANES.put(Mnemonic.PCMPGTB, Packed::pcmpgtb);
    LANES.put(Mnemonic.PCMPGTW, Packed::pcmpgtw);
    LANES.put(Mnemonic.PCMPGTD, Packed::pcmpgtd);
    LANES.put(Mnemonic.PMINUB, Packed::pminub);
    LANES.put(Mnemonic.PMAXUB, Packed::pmaxub);
    LANES.put(Mnemonic.PMINSW, Packed::pminsw);
    LANES.put(Mnemonic.PMAXSW, Packed::pmaxsw);
    LANES.put(Mnemonic.PAVGB, Packed::pavgb);
    LANES.put(Mnemonic.PAVGW, Packed::pavgw);
    LANES.put(Mnemonic.PSADBW, Packed::psadbw);
    for (Mnemonic m : new Mnemonic[] {Mnemonic.PAND, Mnemonic.ANDPS, Mnemonic.ANDPD}) {
      LANES.put(m, (a, b) -> a & b);
    }
    for (Mnemonic m : new Mnemonic[] {Mnemonic.PANDN, Mnemonic.ANDNPS, Mnemonic.ANDNPD}) {
      LANES.put(m, (a, b) -> ~a & b);
    }
    for (Mnemonic m : new Mnemonic[] {Mnemonic.POR, Mnemonic.ORPS, Mnemonic.ORPD}) {
      LANES.put(m, (a, b) -> a | b);
    }
    for (Mnemonic m : new Mnemonic[] {Mnemonic.PXOR, Mnemonic.XORPS, Mnemonic.XORPD}) {
      LANES.put(m, (a, b) -> a ^ b);
    }
    SHIFTS.put(Mnemonic.PSLLW, Packed::psllw);
    SHIFTS.put(Mnemonic.PSLLD, Packed::pslld);
    SHIFTS.put(Mnemonic.PSLLQ, Packed::psllq);
    SHIFTS.put(Mnemonic.PSRLW, Packed::psrlw);
    SHIFTS.put(Mnemonic.PSRLD, Packed::psrld);
    SHIFTS.put(Mnemonic.PSRLQ, Packed::psrlq);
    SHIFTS.put(Mnemonic.PSRAW, Packed::psraw);
    SHIFTS.put(Mnemonic.PSRAD, Packed::psrad);
    PACKS.put(Mnemonic.PACKSSWB, Packed::packsswb);
    PACKS.put(Mnemonic.PACKUSWB, Packed::packuswb);
    PACKS.put(Mnemonic.PACKSSDW, Packed::packssdw);
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    Mnemonic m = i.mnemonic();
    Halves lanes = LANES.get(m);
    if (lanes != null) {
      return new Lanes(lanes, i, mode);
    }
    Halves shift = SHIFTS.get(m);
    if (shift != null) {
      return new Shift(shift, i, mode);
    }
    Halves pack = PACKS.get(m);
    if (pack != null) {
      return new Pack(pack, i, mode);
    }
    return switch (m) {
      case PUNPCKLBW -> new Interleave(Packed::punpcklbw, Packed::punpckhbw, false, i, mode);
      case PUNPCKHBW -> new Interleave(Packed::punpcklbw, Packed::punpckhbw, true, i, mode);
      case PUNPCKLWD -> new Interleave(Packed::punpcklwd, Packed::punpckhwd, false, i, mode);
      case PUNPCKHWD -> new Interleave(Packed::punpcklwd, Packed::punpckhwd, true, i, mode);
      case PUNPCKLDQ, UNPCKLPS ->
          new Interleave(Packed::punpckldq, Packed::punpckhdq, false, i, mode);
      case PUNPCKHDQ, UNPCKHPS ->
          new Interleave(Packed::punpckldq, Packed::punpckhdq, true, i, mode);
      case PUNPCKLQDQ, UNPCKLPD -> new Interleave((a, b) -> a, (a, b) -> b, false, i, mode);
      case PUNPCKHQDQ, UNPCKHPD -> new Interleave((a, b) -> a, (a, b) -> b, true, i, mode);
      default -> null;
    };
  }

  /** An instruction of two operands, the first of which is a register and the destination. */
  abstract static class Two extends Op {
    final VectorOperand to;
    final VectorOperand from;
    final boolean mmx;

    Two(Instruction i, CodeMode mode) {
      this.to = VectorOperand.of(i, 0, mode);
      // An immediate in second place is the subclass's.
      this.from = i.operandKind(1) == OperandKind.IMMEDIATE ? to : VectorOperand.of(i, 1, mode);
      this.mmx = to.isMmx() || from.isMmx();
      this.stackSegment = to.onStack() || from.onStack();
    }

    @Override
    final void execute(Processor c) {
      check(c, mmx);
      long place = from.place(c);
      long low = from.low(c, place);
      long high = from.high(c, place);
      if (mmx) {
        c.fpu.enterMmx();
      }
      apply(c, low, high);
    }

    /** Writes the destination from the source's halves; nothing can fail any more. */
    abstract void apply(Processor c, long low, long high);
  }

  static void check(Processor c, boolean mmx) {
    if (mmx) {
      c.fpu.checkMmx(c);
    } else {
      VectorOperand.checkSse(c);
    }
  }

  private static final class Lanes extends Two {
    private final Halves f;

    Lanes(Halves f, Instruction i, CodeMode mode) {
      super(i, mode);
      this.f = f;
    }

    @Override
    void apply(Processor c, long low, long high) {
      to.store(c, 0, f.apply(to.low(c, 0), low), mmx ? 0 : f.apply(to.high(c, 0), high));
    }
  }

  private static final class Shift extends Two {
    private final Halves f;
    private final boolean constant;
    private final long count;

    Shift(Halves f, Instruction i, CodeMode mode) {
      super(i, mode);
      this.f = f;
      this.constant = i.operandKind(1) == OperandKind.IMMEDIATE;
      this.count = i.immediate() & 0xFF;
    }

    @Override
    void apply(Processor c, long low, long high) {
      long by = constant ? count : low;
      to.store(c, 0, f.apply(to.low(c, 0), by), mmx ? 0 : f.apply(to.high(c, 0), by));
    }
  }

  private static final class Pack extends Two {
    private final Halves f;

    Pack(Halves f, Instruction i, CodeMode mode) {
      super(i, mode);
      this.f = f;
    }

    @Override
    void apply(Processor c, long low, long high) {
      if (mmx) {
        to.store(c, 0, f.apply(to.low(c, 0), low), 0);
      } else {
        to.store(c, 0, f.apply(to.low(c, 0), to.high(c, 0)), f.apply(low, high));
      }
    }
  }

  /** Lanes of both operands in turn, from their low halves or their high ones. */
  private static final class Interleave extends Two {
    private final Halves lower;
    private final Halves upper;
    private final boolean ofHigh;

    Interleave(Halves lower, Halves upper, boolean ofHigh, Instruction i, CodeMode mode) {
      super(i, mode);
      this.lower = lower;
      this.upper = upper;
      this.ofHigh = ofHigh;
    }

    @Override
    void apply(Processor c, long low, long high) {
      if (mmx) {
        to.store(c, 0, (ofHigh ? upper : lower).apply(to.low(c, 0), low), 0);
        return;
      }
      long a = ofHigh ? to.high(c, 0) : to.low(c, 0);
      long b = ofHigh ? high : low;
      to.store(c, 0, lower.apply(a, b), upper.apply(a, b));
    }
  }
}
