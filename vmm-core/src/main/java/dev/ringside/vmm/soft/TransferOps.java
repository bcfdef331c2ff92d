package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import org.jspecify.annotations.Nullable;

/** Binds what changes CS: far transfers, interrupts, returns, fast system calls. */
final class TransferOps implements OpFactory.Binder {
  private final Processor c;
  private final Units units;

  TransferOps(Units units) {
    this.c = units.c;
    this.units = units;
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    int size = i.operandSize() / 8;
    return switch (i.mnemonic()) {
      case JMPF -> far(i, mode, size, false);
      case CALLF -> far(i, mode, size, true);
      case RETF ->
          new SystemOp(i, op -> units.transfers.ret(size, (int) i.immediate() & 0xffff)).onStack();
      case IRET -> new SystemOp(i, op -> units.returns.execute(size)).onStack();
      case INT -> new SystemOp(i, op -> interrupt(op, (int) i.immediate() & 0xff));
      case INT3 ->
          new SystemOp(
              i,
              op ->
                  units.delivery.software(
                      Vector.BP, InterruptDelivery.SOFTWARE_EXCEPTION, op.length));
      case INTO -> new SystemOp(i, this::overflow);
      case INT1 ->
          new SystemOp(
              i,
              op ->
                  units.delivery.software(
                      Vector.DB, InterruptDelivery.PRIVILEGED_SOFTWARE_EXCEPTION, op.length));
      case SYSCALL -> new SystemOp(i, op -> units.fastCalls.syscall());
      case SYSRET -> new SystemOp(i, op -> units.fastCalls.sysret(size));
      case SYSENTER -> new SystemOp(i, op -> units.fastCalls.sysenter());
      case SYSEXIT -> new SystemOp(i, op -> units.fastCalls.sysexit(size));
      default -> null;
    };
  }

  private Op far(Instruction i, CodeMode mode, int size, boolean call) {
    if (i.operandKind(0) == OperandKind.FAR_POINTER) {
      int selector = i.farSelector() & 0xffff;
      long offset = i.farOffset();
      return new SystemOp(i, op -> go(selector, offset, size, call)).onStack();
    }
    Address m = Address.of(i, mode);
    return new SystemOp(
        i,
        op -> {
          long linear = m.read(c, size + 2);
          long offset = c.memory.read(linear, size);
          int selector = c.memory.readShort(c.memory.wrap(linear + size));
          go(selector, offset, size, call);
        });
  }

  private void go(int selector, long offset, int size, boolean call) {
    if (call) {
      units.transfers.call(selector, offset, size);
    } else {
      units.transfers.jump(selector, offset, size);
    }
  }

  /** INT n, with what virtual-8086 mode makes of it (SDM vol. 3A, 21.3.3). */
  private void interrupt(Op op, int vector) {
    if (units.segmentation.isVirtual8086()) {
      if ((c.cr4 & ControlBits.CR4_VME) != 0 && redirects(vector)) {
        virtualInterrupt(vector);
        return;
      }
      units.flags.requireIopl3();
    }
    units.delivery.software(vector, InterruptDelivery.SOFTWARE_INTERRUPT, op.length);
  }

  /** Whether the bit in the TSS sends INT n to the virtual-8086 program's own vector table. */
  private boolean redirects(int vector) {
    long base = c.segmentBase[Processor.TR];
    long map = c.memory.readSystem((base + 102) & 0xffff_ffffL, 2);
    long at = map - 32 + (vector >> 3);
    if (at > (c.segmentLimit[Processor.TR] & 0xffff_ffffL)) {
      throw c.exception(Vector.GP, 0);
    }
    return (c.memory.readSystem((base + at) & 0xffff_ffffL, 1) >> (vector & 7) & 1) == 0;
  }

  private void virtualInterrupt(int vector) {
    long entry = c.memory.read(vector * 4L, 4);
    boolean own = units.flags.iopl() == 3;
    long image = c.rflags() & 0xffff;
    if (!own) {
      boolean vif = (c.systemFlags & ControlBits.FLAG_VIF) != 0;
      image =
          (image & ~ControlBits.FLAG_IF) | ControlBits.FLAG_IOPL | (vif ? ControlBits.FLAG_IF : 0);
    }
    FarStack stack = FarStack.current(c, 0);
    stack.push(image, 2);
    stack.push(c.selector[Processor.CS], 2);
    stack.push(c.rip, 2);
    c.gpr[Processor.RSP] = stack.pointerOver(c.gpr[Processor.RSP]);
    units.segmentation.setVirtual8086(Processor.CS, (int) (entry >>> 16));
    c.rip = entry & 0xffff;
    c.systemFlags &=
        ~(ControlBits.FLAG_TF | ControlBits.FLAG_NT)
            & ~(own ? ControlBits.FLAG_IF : ControlBits.FLAG_VIF);
    units.segmentation.changed();
  }

  private void overflow(Op op) {
    if ((c.statusFlags() & ControlBits.FLAG_OF) != 0) {
      units.delivery.software(Vector.OF, InterruptDelivery.SOFTWARE_EXCEPTION, op.length);
    }
  }
}
