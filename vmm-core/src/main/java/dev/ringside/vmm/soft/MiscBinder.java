package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.RAX;
import static dev.ringside.vmm.soft.Processor.RDX;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.semantics.Decimal;
import dev.ringside.vmm.x86.semantics.Flags;
import org.jspecify.annotations.Nullable;

/** Binds what works on the accumulator, the flags or nothing at all. */
final class MiscBinder implements OpFactory.Binder {
  /** SF, ZF, AF, PF and CF: the flags in AH. */
  private static final int IN_AH = Flags.STATUS & ~Flags.OF;

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case NOP,
          ENDBR32,
          ENDBR64,
          PREFETCH,
          PREFETCHW,
          PREFETCHWT1,
          PREFETCHNTA,
          PREFETCHT0,
          PREFETCHT1,
          PREFETCHT2,
          LFENCE,
          MFENCE,
          SFENCE ->
          new SimpleOp(c -> {});
      case CLFLUSH, CLFLUSHOPT, CLWB -> flushLine(Address.of(i, mode));
      case UD0, UD1, UD2 ->
          new SimpleOp(
                  c -> {
                    throw c.exception(Vector.UD);
                  })
              .ending();
      case CBW -> op(c -> Gpr.write(c, RAX, 1, (byte) c.gpr[RAX]));
      case CWDE -> op(c -> Gpr.write(c, RAX, 2, (short) c.gpr[RAX]));
      case CDQE -> op(c -> c.gpr[RAX] = (int) c.gpr[RAX]);
      case CWD -> op(c -> Gpr.write(c, RDX, 1, (short) c.gpr[RAX] >> 15));
      case CDQ -> op(c -> Gpr.write(c, RDX, 2, (int) c.gpr[RAX] >> 31));
      case CQO -> op(c -> c.gpr[RDX] = c.gpr[RAX] >> 63);
      case CLC -> op(c -> c.statusFlags(c.statusFlags() & ~Flags.CF));
      case STC -> op(c -> c.statusFlags(c.statusFlags() | Flags.CF));
      case CMC -> op(c -> c.statusFlags(c.statusFlags() ^ Flags.CF));
      case CLD -> op(c -> c.systemFlags &= ~ControlBits.FLAG_DF);
      case STD -> op(c -> c.systemFlags |= ControlBits.FLAG_DF);
      case LAHF -> op(c -> high(c, (c.statusFlags() & IN_AH) | 2));
      case SAHF -> op(MiscBinder::storeFlags);
      case SALC -> op(c -> Gpr.write(c, RAX, 0, c.carry() ? -1 : 0));
      case XLAT -> translate(Address.of(i, mode));
      case AAA -> op(MiscBinder::aaa);
      case AAS -> op(MiscBinder::aas);
      case AAM -> op(aam((int) i.immediate() & 0xFF));
      case AAD -> op(aad((int) i.immediate() & 0xFF));
      case DAA -> op(MiscBinder::daa);
      case DAS -> op(MiscBinder::das);
      case BOUND ->
          bound(i.registerNumber(0), Operand.sizeOf(i.operandWidth(0)), Address.of(i, mode));
      default -> null;
    };
  }

  private static Op op(SimpleOp.Action action) {
    return new SimpleOp(action);
  }

  private static void high(Processor c, long value) {
    c.gpr[RAX] = (c.gpr[RAX] & ~0xFF00L) | (value & 0xFF) << 8;
  }

  private static void storeFlags(Processor c) {
    int flags = (int) (c.gpr[RAX] >>> 8) & IN_AH;
    c.statusFlags((c.statusFlags() & Flags.OF) | flags);
  }

  /** CLFLUSH and its kin have nothing to flush, but fault as a load of a byte does. */
  private static Op flushLine(Address address) {
    return new SimpleOp(c -> c.memory.checkRead(address.read(c, 1)))
        .onStack(address.segment == Processor.SS);
  }

  private static Op translate(Address table) {
    return new SimpleOp(
            c -> {
              long at = table.at(c, c.gpr[Processor.RBX] + (c.gpr[RAX] & 0xFF), 1, false);
              Gpr.write(c, RAX, 0, c.memory.readByte(at));
            })
        .onStack(table.segment == Processor.SS);
  }

  private static void aaa(Processor c) {
    int flags = c.statusFlags();
    long ax = c.gpr[RAX] & 0xFFFF;
    Gpr.write(c, RAX, 1, Decimal.aaa(ax, flags));
    c.statusFlags(Decimal.aaaFlags(ax, flags));
  }

  private static void aas(Processor c) {
    int flags = c.statusFlags();
    long ax = c.gpr[RAX] & 0xFFFF;
    Gpr.write(c, RAX, 1, Decimal.aas(ax, flags));
    c.statusFlags(Decimal.aasFlags(ax, flags));
  }

  private static SimpleOp.Action aam(int base) {
    return c -> {
      if (base == 0) {
        throw c.exception(Vector.DE);
      }
      long ax = c.gpr[RAX];
      Gpr.write(c, RAX, 1, Decimal.aam(ax, base));
      c.statusFlags(Decimal.aamFlags(ax, base));
    };
  }

  private static SimpleOp.Action aad(int base) {
    return c -> {
      long ax = c.gpr[RAX];
      Gpr.write(c, RAX, 1, Decimal.aad(ax, base));
      c.statusFlags(Decimal.aadFlags(ax, base));
    };
  }

  private static void daa(Processor c) {
    int flags = c.statusFlags();
    long al = c.gpr[RAX] & 0xFF;
    Gpr.write(c, RAX, 0, Decimal.daa(al, flags));
    c.statusFlags(Decimal.daaFlags(al, flags));
  }

  private static void das(Processor c) {
    int flags = c.statusFlags();
    long al = c.gpr[RAX] & 0xFF;
    Gpr.write(c, RAX, 0, Decimal.das(al, flags));
    c.statusFlags(Decimal.dasFlags(al, flags));
  }

  private static Op bound(int register, int size, Address limits) {
    int bytes = 1 << size;
    return new SimpleOp(
            c -> {
              long at = limits.read(c, 2 * bytes);
              long lower = Flags.signed(c.memory.read(at, bytes), size);
              long upper = Flags.signed(c.memory.read(at + bytes, bytes), size);
              long index = Flags.signed(c.gpr[register], size);
              if (index < lower || index > upper) {
                throw c.exception(Vector.BR);
              }
            })
        .onStack(limits.segment == Processor.SS);
  }
}
