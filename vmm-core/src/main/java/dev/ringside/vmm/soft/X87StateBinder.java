package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.ControlBits;
import dev.ringside.vmm.x86.Vector;
import dev.ringside.vmm.x86.decode.Instruction;
import org.jspecify.annotations.Nullable;

/** Binds x87 control instructions: those that move state rather than numbers. */
final class X87StateBinder implements OpFactory.Binder {
  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case FNINIT -> op(c -> c.fpu.initialise());
      case FNCLEX -> op(c -> c.fpu.clearExceptions());
      case FNOP -> waiting(c -> {});
      case FNENI, FNDISI, FNSETPM -> op(c -> {});
      case FWAIT -> new SimpleOp(X87StateBinder::await);
      case FNSTCW -> storeWord(Operand.of(i, 0, mode), true);
      case FNSTSW -> storeWord(Operand.of(i, 0, mode), false);
      case FLDCW -> loadControl(Operand.of(i, 0, mode));
      case FFREE -> waiting(c -> c.fpu.empty |= 1 << c.fpu.physical(i.registerNumber(0)));
      case FFREEP ->
          waiting(
              c -> {
                c.fpu.empty |= 1 << c.fpu.physical(i.registerNumber(0));
                X87Binder.pop(c.fpu);
              });
      case FINCSTP -> waiting(c -> turn(c.fpu, 1));
      case FDECSTP -> waiting(c -> turn(c.fpu, -1));
      case FNSTENV -> storeEnvironment(Address.of(i, mode), i.operandSize() == 16);
      case FLDENV -> loadEnvironment(Address.of(i, mode), i.operandSize() == 16);
      case FNSAVE -> saveState(Address.of(i, mode), i.operandSize() == 16);
      case FRSTOR -> restoreState(Address.of(i, mode), i.operandSize() == 16);
      default -> null;
    };
  }

  /** An instruction that does not wait. */
  private static Op op(SimpleOp.Action action) {
    return new SimpleOp(
        c -> {
          c.fpu.checkX87(c);
          action.run(c);
        });
  }

  private static Op waiting(SimpleOp.Action action) {
    return new SimpleOp(
        c -> {
          c.fpu.checkX87AndWait(c);
          action.run(c);
        });
  }

  /** FWAIT, unlike others, minds CR0.TS only together with CR0.MP. */
  private static void await(Processor c) {
    long both = ControlBits.CR0_MP | ControlBits.CR0_TS;
    if ((c.cr0 & both) == both) {
      throw c.exception(Vector.NM);
    }
    c.fpu.checkPending(c);
  }

  private static void turn(Fpu f, int by) {
    f.top = (f.top + by) & 7;
    f.status &= ~Fpu.C1;
  }

  private static Op storeWord(Operand to, boolean control) {
    return new SimpleOp(
            c -> {
              c.fpu.checkX87(c);
              to.store(c, to.placeToWrite(c), control ? c.fpu.control : c.fpu.statusWord());
            })
        .onStack(to.onStack());
  }

  private static Op loadControl(Operand from) {
    return new SimpleOp(
            c -> {
              c.fpu.checkX87AndWait(c);
              c.fpu.control((int) from.read(c));
            })
        .onStack(from.onStack());
  }

  // The environment: control, status and tag word, then the pointers (SDM volume 1, figures 8-9 to
  // 8-12).

  private static void store(Processor c, long at, boolean narrow) {
    Fpu f = c.fpu;
    int[] words = {
      f.control, f.statusWord(), f.tagWord(), (int) f.instructionOffset, 0, (int) f.dataOffset, 0
    };
    for (int n = 0; n < 7; n++) {
      if (narrow) {
        c.memory.writeShort(at + 2 * n, words[n]);
      } else {
        c.memory.writeInt(at + 4 * n, n < 3 ? words[n] | 0xFFFF_0000 : words[n]);
      }
    }
  }

  private static Op storeEnvironment(Address address, boolean narrow) {
    int bytes = narrow ? 14 : 28;
    return new SimpleOp(
            c -> {
              c.fpu.checkX87(c);
              long at = address.write(c, bytes);
              c.memory.checkWrite(at, bytes);
              store(c, at, narrow);
              c.fpu.control |= 0x3F;
              c.fpu.summarise();
            })
        .onStack(address.segment == Processor.SS);
  }

  private static void load(Processor c, int[] words) {
    Fpu f = c.fpu;
    f.control(words[0]);
    f.statusWord(words[1] & 0xFFFF);
    f.tagWord(words[2]);
    f.instructionOffset = words[3] & 0xFFFF_FFFFL;
    f.dataOffset = words[5] & 0xFFFF_FFFFL;
  }

  private static int[] environment(Processor c, long at, boolean narrow) {
    int[] words = new int[7];
    for (int n = 0; n < 7; n++) {
      words[n] = narrow ? c.memory.readShort(at + 2 * n) : c.memory.readInt(at + 4 * n);
    }
    return words;
  }

  private static Op loadEnvironment(Address address, boolean narrow) {
    return new SimpleOp(
            c -> {
              c.fpu.checkX87AndWait(c);
              load(c, environment(c, address.read(c, narrow ? 14 : 28), narrow));
            })
        .onStack(address.segment == Processor.SS);
  }

  private static Op saveState(Address address, boolean narrow) {
    int registers = narrow ? 14 : 28;
    return new SimpleOp(
            c -> {
              Fpu f = c.fpu;
              f.checkX87(c);
              long at = address.write(c, registers + 80);
              c.memory.checkWrite(at, registers + 80);
              store(c, at, narrow);
              for (int n = 0; n < 8; n++) {
                c.memory.writeLong(at + registers + 10 * n, f.significand[f.physical(n)]);
                c.memory.writeShort(at + registers + 10 * n + 8, f.signExponent[f.physical(n)]);
              }
              f.initialise();
            })
        .onStack(address.segment == Processor.SS);
  }

  private static Op restoreState(Address address, boolean narrow) {
    int registers = narrow ? 14 : 28;
    return new SimpleOp(
            c -> {
              Fpu f = c.fpu;
              f.checkX87AndWait(c);
              long at = address.read(c, registers + 80);
              int[] words = environment(c, at, narrow);
              long[] significand = new long[8];
              int[] signExponent = new int[8];
              for (int n = 0; n < 8; n++) {
                significand[n] = c.memory.readLong(at + registers + 10 * n);
                signExponent[n] = c.memory.readShort(at + registers + 10 * n + 8);
              }
              load(c, words);
              for (int n = 0; n < 8; n++) {
                f.significand[f.physical(n)] = significand[n];
                f.signExponent[f.physical(n)] = signExponent[n];
              }
            })
        .onStack(address.segment == Processor.SS);
  }
}
