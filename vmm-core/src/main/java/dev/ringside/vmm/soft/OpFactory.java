package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.DecodeStatus;
import dev.ringside.vmm.x86.decode.Instruction;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Binds decoded instructions to what they do: system operations first, then those of user mode. */
final class OpFactory {
  /** One family of instructions. */
  interface Binder {
    /** The op for an instruction of this family; null for any other. */
    @Nullable Op bind(Instruction instruction, CodeMode mode);
  }

  private final Binder[] binders;

  OpFactory(Binder... binders) {
    this.binders = binders;
  }

  /**
   * The op for an instruction whose bytes stand at {@code code[at]}; never null: what CPUID does
   * not report gives #UD, and what it reports but nobody implements stops the machine when it runs.
   */
  Op bind(Instruction i, CodeMode mode, byte[] code, int at) {
    if (i.status() == DecodeStatus.INVALID) {
      return new Faulting(Vector.UD).ending();
    }
    if (i.status() == DecodeStatus.TOO_LONG) {
      return new Faulting(Vector.GP).ending();
    }
    if (!SoftFeatures.reports(i.feature())
        && !SoftFeatures.exits(i.feature())
        && !SoftFeatures.fallsBack(i.mnemonic())) {
      return i.isHint() ? new SimpleOp(c -> {}) : new Faulting(Vector.UD).ending();
    }
    for (Binder binder : binders) {
      Op op = binder.bind(i, mode);
      if (op != null) {
        return op;
      }
    }
    return new Unimplemented(i, Arrays.copyOfRange(code, at, at + i.length())).ending();
  }

  /**
   * One op for two instructions of which the second ends the block, if there is one: compare and
   * branch.
   */
  @Nullable Op fuse(Instruction first, Instruction second, CodeMode mode) {
    return FusedBranch.of(first, second, mode);
  }

  /** #UD or #GP(0), as decoding decided. */
  private static final class Faulting extends Op {
    private final int vector;

    Faulting(int vector) {
      this.vector = vector;
    }

    @Override
    void execute(Processor c) {
      throw vector == Vector.GP ? c.exception(vector, 0) : c.exception(vector);
    }
  }

  /** Reported by CPUID, or by nobody, and not implemented: never a wrong result. */
  private static final class Unimplemented extends Op {
    private final Instruction instruction;
    private final byte[] bytes;

    Unimplemented(Instruction instruction, byte[] bytes) {
      this.instruction = instruction;
      this.bytes = bytes;
    }

    @Override
    void execute(Processor c) {
      throw new StopSignal(
          String.format(
              "unimplemented instruction at 0x%x: %s (%s)",
              instruction.address(),
              instruction.mnemonic(),
              HexFormat.ofDelimiter(" ").formatHex(bytes)));
    }
  }
}
