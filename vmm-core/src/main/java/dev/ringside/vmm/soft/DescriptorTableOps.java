package dev.ringside.vmm.soft;

import dev.ringside.vmm.vmx.ExitReason;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import org.jspecify.annotations.Nullable;

/** Binds LGDT, LIDT, SGDT, SIDT, LLDT, SLDT, LTR and STR. */
final class DescriptorTableOps implements OpFactory.Binder {
  private final Processor c;
  private final Units units;

  DescriptorTableOps(Units units) {
    this.c = units.c;
    this.units = units;
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case SGDT -> storeTable(i, mode, false);
      case SIDT -> storeTable(i, mode, true);
      case LGDT -> loadTable(i, mode, false);
      case LIDT -> loadTable(i, mode, true);
      case SLDT -> storeSelector(i, mode, Processor.LDTR);
      case STR -> storeSelector(i, mode, Processor.TR);
      case LLDT -> loadSelector(i, mode, false);
      case LTR -> loadSelector(i, mode, true);
      default -> null;
    };
  }

  private void exitIfAsked(SystemOp op, ExitReason reason, int identity) {
    if (!units.vmx.controls.descriptorTable || units.vmx.emulating) {
      return;
    }
    Instruction i = op.instruction;
    boolean memory = i.operandKind(0) == OperandKind.MEMORY;
    long displacement = memory ? i.displacement() : 0;
    if (memory && i.memoryBase() == 16) {
      displacement += i.nextAddress();
    }
    ExitSignal e = units.vmx.instruction(op, reason, displacement);
    units.vmx.set(
        VmcsField.VM_EXIT_INSTRUCTION_INFORMATION,
        ExitInformation.descriptorTable(i, memory, identity));
    throw e;
  }

  private void requireRing0() {
    if (c.cpl != 0) {
      throw c.exception(Vector.GP, 0);
    }
  }

  private Op storeTable(Instruction i, CodeMode mode, boolean interrupts) {
    Address m = Address.of(i, mode);
    int size = mode.isLong() ? 8 : 4;
    return new SystemOp(
        i,
        op -> {
          exitIfAsked(op, ExitReason.GDTR_IDTR, interrupts ? 1 : 0);
          long linear = m.write(c, 2 + size);
          long second = c.memory.wrap(linear + 2);
          c.memory.checkWrite(linear, 2);
          c.memory.checkWrite(second, size);
          c.memory.writeShort(linear, interrupts ? c.idtrLimit : c.gdtrLimit);
          c.memory.write(second, size, interrupts ? c.idtrBase : c.gdtrBase);
        });
  }

  private Op loadTable(Instruction i, CodeMode mode, boolean interrupts) {
    Address m = Address.of(i, mode);
    boolean wide = mode.isLong();
    boolean narrow = !wide && i.operandSize() == 16;
    return new SystemOp(
        i,
        op -> {
          requireRing0();
          exitIfAsked(op, ExitReason.GDTR_IDTR, interrupts ? 3 : 2);
          long linear = m.read(c, wide ? 10 : 6);
          int limit = c.memory.readShort(linear);
          long base = c.memory.read(c.memory.wrap(linear + 2), wide ? 8 : 4);
          if (narrow) {
            base &= 0xff_ffff;
          }
          if (!PageWalker.isCanonical(base)) {
            throw c.exception(Vector.GP, 0);
          }
          if (interrupts) {
            c.idtrBase = base;
            c.idtrLimit = limit;
          } else {
            c.gdtrBase = base;
            c.gdtrLimit = limit;
          }
        });
  }

  private void requireProtected() {
    if (!units.segmentation.isProtected()) {
      throw c.exception(Vector.UD);
    }
  }

  private Op storeSelector(Instruction i, CodeMode mode, int register) {
    Operand target = Operand.of(i, 0, mode);
    return new SystemOp(
        i,
        op -> {
          requireProtected();
          exitIfAsked(op, ExitReason.LDTR_TR, register == Processor.TR ? 1 : 0);
          target.store(c, target.placeToWrite(c), c.selector[register]);
        });
  }

  private Op loadSelector(Instruction i, CodeMode mode, boolean task) {
    Operand source = Operand.of(i, 0, mode);
    return new SystemOp(
        i,
        op -> {
          requireProtected();
          requireRing0();
          exitIfAsked(op, ExitReason.LDTR_TR, task ? 3 : 2);
          int selector = (int) source.read(c) & 0xffff;
          if (task) {
            units.segmentation.loadTask(selector);
          } else {
            units.segmentation.loadLdt(selector);
          }
        });
  }
}
