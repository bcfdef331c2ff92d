package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import org.jspecify.annotations.Nullable;

/** Binds CLI, STI, PUSHF, POPF, STAC and CLAC. */
final class FlagOps implements OpFactory.Binder {
  private final Processor c;
  private final Units units;

  FlagOps(Units units) {
    this.c = units.c;
    this.units = units;
  }

  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    int size = i.operandSize() / 8;
    return switch (i.mnemonic()) {
      case CLI -> new SystemOp(i, op -> units.flags.cli());
      case STI -> new SystemOp(i, op -> units.flags.sti());
      case PUSHF -> {
        Stack stack = new Stack(mode, i.operandSize());
        yield new SystemOp(i, op -> stack.push(c, units.flags.pushed(size))).onStack();
      }
      case POPF -> {
        Stack stack = new Stack(mode, i.operandSize());
        yield new SystemOp(
                i,
                op -> {
                  units.flags.pop(stack.top(c), size);
                  stack.release(c, size);
                })
            .onStack();
      }
      case STAC -> new SystemOp(i, op -> alignment(true));
      case CLAC -> new SystemOp(i, op -> alignment(false));
      default -> null;
    };
  }

  private void alignment(boolean on) {
    if (c.cpl != 0 || units.segmentation.isVirtual8086()) {
      throw c.exception(Vector.UD);
    }
    c.systemFlags = on ? c.systemFlags | ControlBits.FLAG_AC : c.systemFlags & ~ControlBits.FLAG_AC;
    units.segmentation.privilegeChanged();
  }
}
