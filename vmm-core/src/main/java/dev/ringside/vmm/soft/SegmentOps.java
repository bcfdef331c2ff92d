package dev.ringside.vmm.soft;

import static dev.ringside.vmm.soft.Processor.DS;
import static dev.ringside.vmm.soft.Processor.ES;
import static dev.ringside.vmm.soft.Processor.FS;
import static dev.ringside.vmm.soft.Processor.GS;
import static dev.ringside.vmm.soft.Processor.SS;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.decode.RegisterClass;
import org.jspecify.annotations.Nullable;

/** Binds loads of segment registers, and LAR, LSL, VERR, VERW and ARPL. */
final class SegmentOps implements OpFactory.Binder {
  private static final int ZF = ControlBits.FLAG_ZF;

  private final Processor c;
  private final Units units;

  SegmentOps(Units units) {
    this.c = units.c;
    this.units = units;
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case MOV -> toSegment(i, 0) ? move(i, mode) : null;
      case POP -> toSegment(i, 0) ? pop(i, mode) : null;
      case LES -> farPointer(i, mode, ES);
      case LDS -> farPointer(i, mode, DS);
      case LSS -> farPointer(i, mode, SS);
      case LFS -> farPointer(i, mode, FS);
      case LGS -> farPointer(i, mode, GS);
      case LAR -> inspect(i, mode, true);
      case LSL -> inspect(i, mode, false);
      case VERR -> verify(i, mode, false);
      case VERW -> verify(i, mode, true);
      case ARPL -> adjust(i, mode);
      default -> null;
    };
  }

  private static boolean toSegment(Instruction i, int n) {
    return i.operandKind(n) == OperandKind.REGISTER && i.registerClass(n) == RegisterClass.SEGMENT;
  }

  private void load(int segment, int selector) {
    units.segmentation.load(segment, selector);
    if (segment == SS) {
      // Two in a row: only the first is sure to block (SDM vol. 3A, 6.8.3).
      c.blocking |= Processor.BLOCKED_BY_MOV_SS;
      c.attention |= Attention.SHADOW;
    }
  }

  private Op move(Instruction i, CodeMode mode) {
    int segment = i.registerNumber(0);
    Operand source = new Narrow(Operand.of(i, 1, mode));
    if (segment == Processor.CS) {
      return new SystemOp(
          i,
          op -> {
            throw c.exception(Vector.UD);
          });
    }
    return new SystemOp(i, op -> load(segment, (int) source.read(c) & 0xffff));
  }

  /** A selector: the low 16 bits of a register of any size. */
  private static final class Narrow extends Operand {
    private final Operand whole;

    Narrow(Operand whole) {
      super(1);
      this.whole = whole;
    }

    @Override
    long place(Processor c) {
      return whole.place(c);
    }

    @Override
    long load(Processor c, long place) {
      return whole.load(c, place) & 0xffff;
    }

    @Override
    void store(Processor c, long place, long value) {
      whole.store(c, place, value);
    }
  }

  private Op pop(Instruction i, CodeMode mode) {
    int segment = i.registerNumber(0);
    Stack stack = new Stack(mode, i.operandSize());
    return new SystemOp(
            i,
            op -> {
              int selector = (int) stack.top(c) & 0xffff;
              load(segment, selector);
              stack.release(c, stack.bytes);
            })
        .onStack();
  }

  private Op farPointer(Instruction i, CodeMode mode, int segment) {
    Address m = Address.of(i, mode);
    int register = i.registerNumber(0);
    int size = i.operandSize() / 8;
    return new SystemOp(
        i,
        op -> {
          long linear = m.read(c, size + 2);
          long offset = c.memory.read(linear, size);
          int selector = c.memory.readShort(c.memory.wrap(linear + size));
          units.segmentation.load(segment, selector);
          Gpr.write(c, register, Operand.sizeOf(size * 8), offset);
        });
  }

  private void requireProtected() {
    if (!units.segmentation.isProtected()) {
      throw c.exception(Vector.UD);
    }
  }

  /** The descriptor, or 0 if the selector is null or outside its table. */
  private long find(int selector) {
    if ((selector & 0xfffc) == 0) {
      return 0;
    }
    long limit =
        (selector & 4) != 0
            ? (c.segmentRights[Processor.LDTR] & Descriptor.UNUSABLE) != 0
                ? -1
                : c.segmentLimit[Processor.LDTR] & 0xffff_ffffL
            : c.gdtrLimit;
    return (selector | 7) > limit
        ? 0
        : c.memory.readSystem(units.segmentation.descriptorAddress(selector), 8);
  }

  private boolean visible(int selector, long raw) {
    return Descriptor.isConforming(raw) || Descriptor.dpl(raw) >= Math.max(c.cpl, selector & 3);
  }

  private void zero(boolean set) {
    int flags = c.statusFlags();
    c.statusFlags(set ? flags | ZF : flags & ~ZF);
  }

  private Op inspect(Instruction i, CodeMode mode, boolean rights) {
    Operand source = new Narrow(Operand.of(i, 1, mode));
    int register = i.registerNumber(0);
    int size = Operand.sizeOf(i.operandSize());
    return new SystemOp(
        i,
        op -> {
          requireProtected();
          int selector = (int) source.read(c) & 0xffff;
          long raw = find(selector);
          boolean valid =
              raw != 0
                  && (Descriptor.isSegment(raw) || systemTypeShown(Descriptor.type(raw), rights))
                  && visible(selector, raw);
          if (valid) {
            long value = rights ? raw >>> 32 & 0x00f0_ff00L : Descriptor.limit(raw) & 0xffff_ffffL;
            Gpr.write(c, register, size, value);
          }
          zero(valid);
        });
  }

  /** SDM vol. 2, tables 3-53 (LAR) and 3-56 (LSL). */
  private boolean systemTypeShown(int type, boolean lar) {
    boolean longMode = units.segmentation.isLongMode();
    return switch (type) {
      case Descriptor.LDT, Descriptor.TSS, Descriptor.TSS_BUSY -> true;
      case Descriptor.TSS16, Descriptor.TSS16_BUSY -> !longMode;
      case Descriptor.CALL_GATE16, Descriptor.TASK_GATE -> lar && !longMode;
      case Descriptor.CALL_GATE -> lar;
      default -> false;
    };
  }

  private Op verify(Instruction i, CodeMode mode, boolean write) {
    Operand source = new Narrow(Operand.of(i, 0, mode));
    return new SystemOp(
        i,
        op -> {
          requireProtected();
          int selector = (int) source.read(c) & 0xffff;
          long raw = find(selector);
          boolean valid =
              raw != 0
                  && Descriptor.isSegment(raw)
                  && visible(selector, raw)
                  && (write ? Descriptor.isWritableData(raw) : Descriptor.isReadable(raw));
          zero(valid);
        });
  }

  private Op adjust(Instruction i, CodeMode mode) {
    Operand target = Operand.of(i, 0, mode);
    Operand source = Operand.of(i, 1, mode);
    return new SystemOp(
        i,
        op -> {
          requireProtected();
          long place = target.placeToWrite(c);
          int value = (int) target.load(c, place);
          int rpl = (int) source.read(c) & 3;
          boolean raise = (value & 3) < rpl;
          if (raise) {
            target.store(c, place, value & ~3 | rpl);
          }
          zero(raise);
        });
  }
}
