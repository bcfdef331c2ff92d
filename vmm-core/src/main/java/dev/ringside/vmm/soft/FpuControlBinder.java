package dev.ringside.vmm.soft;

import static dev.ringside.vmm.x86.ControlBits.CR0_MP;
import static dev.ringside.vmm.x86.ControlBits.CR0_TS;

import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import org.jspecify.annotations.Nullable;

/** Binds the x87 control instructions: FNINIT, FNCLEX, FNSTSW, FNSTCW, FLDCW and FWAIT. */
final class FpuControlBinder implements OpFactory.Binder {
  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case FNINIT ->
          new SimpleOp(
              c -> {
                c.fpu.checkX87(c);
                c.fpu.initialise();
              });
      case FNCLEX ->
          new SimpleOp(
              c -> {
                c.fpu.checkX87(c);
                c.fpu.clearExceptions();
              });
      case FNSTSW -> {
        Operand target = Operand.of(i, 0, mode);
        yield new SimpleOp(
                c -> {
                  c.fpu.checkX87(c);
                  target.store(c, target.placeToWrite(c), c.fpu.statusWord());
                })
            .onStack(target.onStack());
      }
      case FNSTCW -> {
        Operand target = Operand.of(i, 0, mode);
        yield new SimpleOp(
                c -> {
                  c.fpu.checkX87(c);
                  target.store(c, target.placeToWrite(c), c.fpu.control);
                })
            .onStack(target.onStack());
      }
      case FLDCW -> {
        Operand source = Operand.of(i, 0, mode);
        yield new SimpleOp(
                c -> {
                  c.fpu.checkX87AndWait(c);
                  c.fpu.control((int) source.read(c));
                })
            .onStack(source.onStack());
      }
      case FWAIT ->
          new SimpleOp(
              c -> {
                if ((c.cr0 & (CR0_MP | CR0_TS)) == (CR0_MP | CR0_TS)) {
                  throw c.exception(Vector.NM);
                }
                c.fpu.checkPending(c);
              });
      default -> null;
    };
  }
}
