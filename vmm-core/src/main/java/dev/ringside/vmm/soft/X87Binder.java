package dev.ringside.vmm.soft;

import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.OperandKind;
import dev.ringside.vmm.x86.semantics.Flags;
import dev.ringside.vmm.x86.semantics.X87;
import dev.ringside.vmm.x86.semantics.X87Value;
import org.jspecify.annotations.Nullable;

/** Binds x87 loads, stores, constants, arithmetic and comparisons. */
final class X87Binder implements OpFactory.Binder {
  @Override
  public @Nullable Op bind(Instruction i, CodeMode mode) {
    return switch (i.mnemonic()) {
      case FLD -> load(i, mode);
      case FILD -> load(i, mode);
      case FST, FSTP -> store(i, mode);
      case FIST, FISTP -> storeInteger(i, mode);
      case FLD1 -> constant(i, 0x8000_0000_0000_0000L, 0x3FFF, 0);
      case FLDZ -> constant(i, 0, 0, 0);
      // The last bits follow the rounding: by how much the constant exceeds the number, downwards.
      case FLDL2T -> constant(i, 0xD49A_784B_CD1B_8AFEL, 0x4000, 1);
      case FLDL2E -> constant(i, 0xB8AA_3B29_5C17_F0BCL, 0x3FFF, -1);
      case FLDPI -> constant(i, 0xC90F_DAA2_2168_C235L, 0x4000, -1);
      case FLDLG2 -> constant(i, 0x9A20_9A84_FBCF_F799L, 0x3FFD, -1);
      case FLDLN2 -> constant(i, 0xB172_17F7_D1CF_79ACL, 0x3FFE, -1);
      case FXCH -> op(i, c -> exchange(c.fpu, target(i)));
      case FCHS -> op(i, c -> sign(c.fpu, true));
      case FABS -> op(i, c -> sign(c.fpu, false));
      case FADD, FADDP, FIADD -> arithmetic(X87.ADD, false, i, mode);
      case FMUL, FMULP, FIMUL -> arithmetic(X87.MULTIPLY, false, i, mode);
      case FSUB, FSUBP, FISUB -> arithmetic(X87.SUBTRACT, false, i, mode);
      case FSUBR, FSUBRP, FISUBR -> arithmetic(X87.SUBTRACT, true, i, mode);
      case FDIV, FDIVP, FIDIV -> arithmetic(X87.DIVIDE, false, i, mode);
      case FDIVR, FDIVRP, FIDIVR -> arithmetic(X87.DIVIDE, true, i, mode);
      case FSQRT -> op(i, c -> unary(c.fpu, X87::squareRoot));
      case FRNDINT -> op(i, c -> unary(c.fpu, X87::toIntegral));
      case FCOM, FICOM -> compare(i, mode, true, 0);
      case FCOMP, FICOMP -> compare(i, mode, true, 1);
      case FCOMPP -> compare(i, mode, true, 2);
      case FUCOM -> compare(i, mode, false, 0);
      case FUCOMP -> compare(i, mode, false, 1);
      case FUCOMPP -> compare(i, mode, false, 2);
      case FCOMI -> op(i, c -> compareToFlags(c, target(i), true, 0));
      case FCOMIP -> op(i, c -> compareToFlags(c, target(i), true, 1));
      case FUCOMI -> op(i, c -> compareToFlags(c, target(i), false, 0));
      case FUCOMIP -> op(i, c -> compareToFlags(c, target(i), false, 1));
      case FTST -> op(i, c -> test(c.fpu));
      case FXAM -> op(i, c -> examine(c.fpu));
      case FCMOVB, FCMOVNB, FCMOVE, FCMOVNE, FCMOVBE, FCMOVNBE, FCMOVU, FCMOVNU ->
          op(i, c -> conditionalMove(c, condition(i), target(i)));
      default -> null;
    };
  }

  /** An instruction that waits for pending exceptions and is not a control instruction. */
  private static SimpleOp op(Instruction i, SimpleOp.Action action) {
    long rip = i.address();
    return new SimpleOp(
        c -> {
          c.fpu.checkX87AndWait(c);
          action.run(c);
          c.fpu.instructionOffset = rip;
        });
  }

  /**
   * The i of the ST(i) among the operands that is not ST(0) itself, or 0; 1 where none is written.
   */
  private static int target(Instruction i) {
    int number = i.operandCount() == 0 ? 1 : 0;
    for (int n = 0; n < i.operandCount(); n++) {
      number |= i.operandKind(n) == OperandKind.REGISTER ? i.registerNumber(n) : 0;
    }
    return number;
  }

  // Loads.

  private static Op load(Instruction i, CodeMode mode) {
    if (i.operandKind(0) == OperandKind.REGISTER) {
      int n = i.registerNumber(0);
      return op(
          i,
          c -> {
            Fpu f = c.fpu;
            if (f.isEmpty(n)) {
              if (!underflow(f)) {
                push(f, X87.INDEFINITE_SIGNIFICAND, X87.INDEFINITE_SIGN_EXPONENT);
              }
            } else if (!f.isEmpty(7)) {
              overflow(f);
            } else {
              int from = f.physical(n);
              push(f, f.significand[from], f.signExponent[from]);
              f.status &= ~Fpu.C1;
            }
          });
    }
    X87Memory from = X87Memory.of(i, mode);
    return op(
            i,
            c -> {
              long at = from.place(c);
              if (from.isExtended()) {
                long significand = c.memory.readLong(at);
                int signExponent = c.memory.readShort(at + 8);
                pushChecked(c.fpu, new X87Value(significand, signExponent, 0, false));
              } else {
                pushChecked(c.fpu, from.load(c, at));
              }
            })
        .onStack(from.onStack());
  }

  private static void pushChecked(Fpu f, X87Value v) {
    if (!f.isEmpty(7)) {
      overflow(f);
    } else {
      f.status &= ~Fpu.C1;
      // A denormal is loaded even where that is unmasked.
      if (!f.raise(v.exceptions() & Fpu.INVALID)) {
        f.raise(v.exceptions());
        push(f, v.significand(), v.signExponent());
      }
    }
  }

  private static void push(Fpu f, long significand, int signExponent) {
    f.top = (f.top - 1) & 7;
    f.empty &= ~(1 << f.top);
    f.significand[f.top] = significand;
    f.signExponent[f.top] = signExponent;
  }

  static void pop(Fpu f) {
    f.empty |= 1 << f.top;
    f.top = (f.top + 1) & 7;
  }

  /** A push onto a full stack: C1 tells it from an underflow. */
  private static void overflow(Fpu f) {
    boolean unmasked = f.raise(Fpu.INVALID | Fpu.STACK_FAULT);
    f.status |= Fpu.C1;
    if (!unmasked) {
      push(f, X87.INDEFINITE_SIGNIFICAND, X87.INDEFINITE_SIGN_EXPONENT);
    }
  }

  /** An empty operand; whether that is unmasked. */
  static boolean underflow(Fpu f) {
    f.status &= ~Fpu.C1;
    return f.raise(Fpu.INVALID | Fpu.STACK_FAULT);
  }

  private static void setIndefinite(Fpu f, int n) {
    set(f, n, X87.INDEFINITE_SIGNIFICAND, X87.INDEFINITE_SIGN_EXPONENT);
  }

  private static void set(Fpu f, int n, long significand, int signExponent) {
    int to = f.physical(n);
    f.significand[to] = significand;
    f.signExponent[to] = signExponent;
    f.empty &= ~(1 << to);
  }

  /**
   * @param error the sign of the significand's error: 1 if the number is larger, and rounding up
   *     would add one; −1 if it is smaller, and rounding down would take one away
   */
  private static Op constant(Instruction i, long significand, int signExponent, int error) {
    return op(
        i,
        c -> {
          int rounding = c.fpu.control >> 10 & 3;
          boolean down = rounding == 1 || rounding == 3;
          long adjusted =
              error > 0 && rounding == 2
                  ? significand + 1
                  : error < 0 && down ? significand - 1 : significand;
          pushChecked(c.fpu, new X87Value(adjusted, signExponent, 0, false));
        });
  }

  // Stores.

  private static Op store(Instruction i, CodeMode mode) {
    boolean pops = i.mnemonic().name().endsWith("P");
    if (i.operandKind(0) == OperandKind.REGISTER) {
      int n = i.registerNumber(0);
      return op(
          i,
          c -> {
            Fpu f = c.fpu;
            if (f.isEmpty(0)) {
              if (underflow(f)) {
                return;
              }
              setIndefinite(f, n);
            } else {
              set(f, n, f.significand[f.top], f.signExponent[f.top]);
              f.status &= ~Fpu.C1;
            }
            if (pops) {
              pop(f);
            }
          });
    }
    X87Memory to = X87Memory.of(i, mode);
    return op(
            i,
            c -> {
              long at = to.placeToWrite(c);
              Fpu f = c.fpu;
              boolean empty = f.isEmpty(0);
              long significand = empty ? X87.INDEFINITE_SIGNIFICAND : f.significand[f.top];
              int signExponent = empty ? X87.INDEFINITE_SIGN_EXPONENT : f.signExponent[f.top];
              int flags =
                  empty
                      ? Fpu.INVALID | Fpu.STACK_FAULT
                      : to.isExtended()
                          ? 0
                          : X87.narrowFlags(to.isWide(), significand, signExponent, f.control);
              // An unmasked exception other than inexactness leaves memory and stack alone.
              if ((flags & ~f.control & 0x1F) == 0) {
                to.store(c, at, significand, signExponent, f.control);
                if (pops) {
                  pop(f);
                }
              } else {
                // Nothing was rounded either.
                flags &= ~(Fpu.C1 | Fpu.PRECISION);
              }
              note(f, flags);
            })
        .onStack(to.onStack());
  }

  private static Op storeInteger(Instruction i, CodeMode mode) {
    boolean pops = i.mnemonic().name().endsWith("P");
    X87Memory to = X87Memory.of(i, mode);
    int size = to.size();
    return op(
            i,
            c -> {
              long at = to.placeToWrite(c);
              Fpu f = c.fpu;
              boolean empty = f.isEmpty(0);
              long significand = f.significand[f.top];
              int signExponent = f.signExponent[f.top];
              int flags =
                  empty
                      ? Fpu.INVALID | Fpu.STACK_FAULT
                      : X87.toIntegerFlags(significand, signExponent, size, false, f.control);
              if ((flags & ~f.control & 0x1F) == 0) {
                long value =
                    empty
                        ? Long.MIN_VALUE >> (64 - (8 << size))
                        : X87.toInteger(significand, signExponent, size, false, f.control);
                c.memory.write(at, 1 << size, value);
                if (pops) {
                  pop(f);
                }
              }
              note(f, flags);
            })
        .onStack(to.onStack());
  }

  /** Notes exceptions, and C1 as it came with them. */
  private static void note(Fpu f, int flags) {
    f.status = (f.status & ~Fpu.C1) | (flags & Fpu.C1);
    f.raise(flags & 0x7F);
  }

  // Registers.

  private static void exchange(Fpu f, int n) {
    if (f.isEmpty(0) || f.isEmpty(n)) {
      if (underflow(f)) {
        return;
      }
      if (f.isEmpty(0)) {
        setIndefinite(f, 0);
      }
      if (f.isEmpty(n)) {
        setIndefinite(f, n);
      }
    }
    f.status &= ~Fpu.C1;
    int a = f.physical(0);
    int b = f.physical(n);
    long significand = f.significand[a];
    int signExponent = f.signExponent[a];
    set(f, 0, f.significand[b], f.signExponent[b]);
    set(f, n, significand, signExponent);
  }

  private static void sign(Fpu f, boolean change) {
    if (f.isEmpty(0)) {
      if (!underflow(f)) {
        setIndefinite(f, 0);
      }
      return;
    }
    int old = f.signExponent[f.top];
    f.signExponent[f.top] = change ? old ^ 0x8000 : old & 0x7FFF;
    f.status &= ~Fpu.C1;
  }

  private interface Unary {
    X87Value apply(long significand, int signExponent, int control);
  }

  private static void unary(Fpu f, Unary operation) {
    if (f.isEmpty(0)) {
      if (!underflow(f)) {
        setIndefinite(f, 0);
      }
      return;
    }
    X87Value r = operation.apply(f.significand[f.top], f.signExponent[f.top], f.control);
    if (accepted(f, r)) {
      set(f, 0, r.significand(), r.signExponent());
    }
  }

  /** Notes what an operation raised; whether its result is to be written. */
  private static boolean accepted(Fpu f, X87Value r) {
    int exceptions = r.exceptions();
    int before = exceptions & 7;
    if ((before & ~f.control) != 0) {
      f.status &= ~Fpu.C1;
      f.raise(before);
      return false;
    }
    boolean up = r.roundedUp() && (exceptions & Fpu.INVALID) == 0;
    note(f, exceptions | (up ? Fpu.C1 : 0));
    return true;
  }

  private static Op arithmetic(int operation, boolean reversed, Instruction i, CodeMode mode) {
    boolean pops = i.mnemonic().name().endsWith("P");
    if (i.memoryOperand() < 0) {
      int to = i.registerNumber(0);
      int from = i.registerNumber(1);
      return op(
          i,
          c -> {
            Fpu f = c.fpu;
            if (f.isEmpty(to) || f.isEmpty(from)) {
              if (underflow(f)) {
                return;
              }
              setIndefinite(f, to);
            } else {
              int b = f.physical(from);
              if (!combine(f, operation, reversed, to, f.significand[b], f.signExponent[b])) {
                return;
              }
            }
            if (pops) {
              pop(f);
            }
          });
    }
    X87Memory from = X87Memory.of(i, mode);
    return op(
            i,
            c -> {
              X87Value b = from.operand(c, from.place(c));
              Fpu f = c.fpu;
              if (f.isEmpty(0)) {
                if (!underflow(f)) {
                  setIndefinite(f, 0);
                }
              } else {
                combineLoaded(f, operation, reversed, b);
              }
            })
        .onStack(from.onStack());
  }

  private static boolean combine(
      Fpu f, int operation, boolean reversed, int to, long significand, int signExponent) {
    int a = f.physical(to);
    X87Value r =
        reversed
            ? X87.arithmetic(
                operation,
                significand,
                signExponent,
                f.significand[a],
                f.signExponent[a],
                f.control)
            : X87.arithmetic(
                operation,
                f.significand[a],
                f.signExponent[a],
                significand,
                signExponent,
                f.control);
    if (accepted(f, r)) {
      set(f, to, r.significand(), r.signExponent());
      return true;
    }
    return false;
  }

  /**
   * With an operand from memory, whose own exceptions (it was a NaN or denormal before it was
   * widened) count too.
   */
  private static void combineLoaded(Fpu f, int operation, boolean reversed, X87Value b) {
    X87Value r =
        reversed
            ? X87.arithmetic(
                operation,
                b.significand(),
                b.signExponent(),
                f.significand[f.top],
                f.signExponent[f.top],
                f.control)
            : X87.arithmetic(
                operation,
                f.significand[f.top],
                f.signExponent[f.top],
                b.significand(),
                b.signExponent(),
                f.control);
    int exceptions = r.exceptions() | b.exceptions();
    boolean nan = (r.signExponent() & 0x7FFF) == 0x7FFF && r.significand() != Long.MIN_VALUE;
    if (nan || (r.exceptions() & 4) != 0) {
      // A NaN or a division by zero comes before a denormal operand.
      exceptions &= ~Fpu.DENORMAL;
    }
    X87Value whole = new X87Value(r.significand(), r.signExponent(), exceptions, r.roundedUp());
    if (accepted(f, whole)) {
      set(f, 0, r.significand(), r.signExponent());
    }
  }

  // Comparisons.

  private static Op compare(Instruction i, CodeMode mode, boolean quietToo, int pops) {
    if (i.memoryOperand() >= 0) {
      X87Memory from = X87Memory.of(i, mode);
      return op(
              i,
              c -> {
                X87Value b = from.operand(c, from.place(c));
                Fpu f = c.fpu;
                if (f.isEmpty(0)) {
                  unordered(f, pops);
                } else {
                  compared(f, quietToo, b.significand(), b.signExponent(), b.exceptions(), pops);
                }
              })
          .onStack(from.onStack());
    }
    int n = target(i);
    return op(
        i,
        c -> {
          Fpu f = c.fpu;
          if (f.isEmpty(0) || f.isEmpty(n)) {
            unordered(f, pops);
          } else {
            int b = f.physical(n);
            compared(f, quietToo, f.significand[b], f.signExponent[b], 0, pops);
          }
        });
  }

  /** An operand is empty. */
  private static void unordered(Fpu f, int pops) {
    if (!underflow(f)) {
      f.status |= Fpu.C0 | Fpu.C2 | Fpu.C3;
      popTimes(f, pops);
    }
  }

  private static void popTimes(Fpu f, int pops) {
    for (int n = 0; n < pops; n++) {
      pop(f);
    }
  }

  private static void compared(
      Fpu f, boolean quietToo, long b, int bSignExponent, int loaded, int pops) {
    long a = f.significand[f.top];
    int aSignExponent = f.signExponent[f.top];
    int raised = X87.orderFlags(quietToo, a, aSignExponent, b, bSignExponent);
    int order = X87.order(a, aSignExponent, b, bSignExponent);
    int exceptions = raised | loaded;
    if (order == (Flags.ZF | Flags.PF | Flags.CF)) {
      exceptions &= ~Fpu.DENORMAL;
    }
    f.status &= ~Fpu.C1;
    if (f.raise(exceptions)) {
      return;
    }
    f.status &= ~(Fpu.C0 | Fpu.C2 | Fpu.C3);
    f.status |=
        ((order & Flags.CF) != 0 ? Fpu.C0 : 0)
            | ((order & Flags.PF) != 0 ? Fpu.C2 : 0)
            | ((order & Flags.ZF) != 0 ? Fpu.C3 : 0);
    popTimes(f, pops);
  }

  private static void compareToFlags(Processor c, int n, boolean quietToo, int pops) {
    Fpu f = c.fpu;
    if (f.isEmpty(0) || f.isEmpty(n)) {
      if (!underflow(f)) {
        c.statusFlags(Flags.ZF | Flags.PF | Flags.CF);
        popTimes(f, pops);
      }
      return;
    }
    int b = f.physical(n);
    long a = f.significand[f.top];
    int aSignExponent = f.signExponent[f.top];
    f.status &= ~Fpu.C1;
    if (f.raise(X87.orderFlags(quietToo, a, aSignExponent, f.significand[b], f.signExponent[b]))) {
      return;
    }
    c.statusFlags(X87.order(a, aSignExponent, f.significand[b], f.signExponent[b]));
    popTimes(f, pops);
  }

  private static void test(Fpu f) {
    if (f.isEmpty(0)) {
      unordered(f, 0);
    } else {
      compared(f, true, 0, 0, 0, 0);
    }
  }

  private static void examine(Fpu f) {
    long significand = f.significand[f.top];
    int signExponent = f.signExponent[f.top];
    int exponent = signExponent & X87.SPECIAL;
    int kind;
    if (f.isEmpty(0)) {
      kind = Fpu.C3 | Fpu.C0;
    } else if (exponent == 0) {
      kind = significand == 0 ? Fpu.C3 : Fpu.C3 | Fpu.C2;
    } else if (significand >= 0) {
      kind = 0;
    } else if (exponent == X87.SPECIAL) {
      kind = significand == Long.MIN_VALUE ? Fpu.C2 | Fpu.C0 : Fpu.C0;
    } else {
      kind = Fpu.C2;
    }
    f.status &= ~(Fpu.C0 | Fpu.C1 | Fpu.C2 | Fpu.C3);
    f.status |= kind | ((signExponent & 0x8000) != 0 ? Fpu.C1 : 0);
  }

  /** The condition code of FCMOVcc: those of the flags of the same letters. */
  private static int condition(Instruction i) {
    return switch (i.mnemonic()) {
      case FCMOVB -> 2;
      case FCMOVNB -> 3;
      case FCMOVE -> 4;
      case FCMOVNE -> 5;
      case FCMOVBE -> 6;
      case FCMOVNBE -> 7;
      case FCMOVU -> 10;
      default -> 11;
    };
  }

  private static void conditionalMove(Processor c, int condition, int n) {
    Fpu f = c.fpu;
    if (f.isEmpty(0) || f.isEmpty(n)) {
      if (!underflow(f)) {
        setIndefinite(f, 0);
      }
      return;
    }
    if (c.condition(condition)) {
      int from = f.physical(n);
      set(f, 0, f.significand[from], f.signExponent[from]);
    }
  }
}
