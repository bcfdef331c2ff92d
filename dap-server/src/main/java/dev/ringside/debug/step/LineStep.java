package dev.ringside.debug.step;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.target.Target;
import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.SourceFile;
import dev.ringside.symbols.model.Symbol;
import dev.ringside.vmm.EventDelivery;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * To the beginning of another source line, as GDB steps (infrun.c, process_event_stop_test): over
 * calls or into them; what is inlined counts as called. Code without lines is passed over; where
 * the step begins in such code, it ends where lines begin.
 */
public final class LineStep extends Step {
  /** What a step does at a call. */
  public enum Calls {
    OVER,
    INTO,
    /** Over calls, and on until the inlined function is left. */
    OUT_OF_INLINED
  }

  private final Program program;
  private final Calls calls;
  private boolean started;

  /** The line that the step began on, as it was shown; null where there was none. */
  private @Nullable SourceFile file;

  private int line;

  /** How many functions, inlined ones included, were shown at the start, the outermost counted. */
  private int depth;

  private @Nullable Function function;
  private @Nullable Symbol symbol;
  private Kind last = Kind.PLAIN;

  /** Addresses where the step cannot end, so that a loop on one line asks once. */
  private final Set<Long> passed = new HashSet<>();

  /** Addresses of instructions that neither call nor return. */
  private final Set<Long> plain = new HashSet<>();

  private long stackBefore;

  private enum Kind {
    PLAIN,
    CALL,
    RETURN,
    ENTRY
  }

  /**
   * A step from the line that is shown.
   *
   * @param hidden how many inlined functions begin here and are not shown as entered
   */
  public LineStep(Target target, Program program, Calls calls, int hidden) {
    super(target);
    this.program = program;
    this.calls = calls;
    hide(hidden);
  }

  @Override
  boolean enters(EventDelivery delivered) {
    return calls == Calls.INTO && delivered.kind() == EventDelivery.Kind.SOFTWARE_INTERRUPT;
  }

  @Override
  Action decide(GuestView view, long pc) {
    if (!started) {
      started = true;
      begin(pc);
      hide(0);
      return go(view, pc);
    }
    return switch (last) {
      case CALL -> inCallee(view, pc);
      case ENTRY -> DONE;
      case RETURN, PLAIN -> !passed.contains(pc) && isThere(pc) ? DONE : pass(view, pc);
    };
  }

  private Action pass(GuestView view, long pc) {
    passed.add(pc);
    if (plain.contains(pc)) {
      last = Kind.PLAIN;
      return STEP;
    }
    Action action = go(view, pc);
    if (last == Kind.PLAIN && action instanceof Action.Step) {
      plain.add(pc);
    }
    return action;
  }

  private void begin(long pc) {
    List<Activation> activations = program.activationsAt(pc);
    int shown = Math.min(hiddenInlined(), Math.max(0, activations.size() - 1));
    depth = activations.size() - shown;
    if (activations.isEmpty()) {
      program
          .lineAt(pc)
          .ifPresent(
              row -> {
                file = row.file();
                line = row.line();
              });
    } else {
      Activation top = activations.get(shown);
      file = top.file().orElse(null);
      line = top.line();
      function = top.function();
    }
    symbol = program.symbolAt(pc).map(Symbol.At::symbol).orElse(null);
  }

  /** Executes the instruction, or all that it calls. */
  private Action go(GuestView view, long pc) {
    last = Kind.PLAIN;
    stackBefore = view.cpu().read(Register.RSP);
    Optional<Instruction> decoded = CodeAt.decode(view, pc);
    if (decoded.isEmpty()) {
      return STEP;
    }
    Instruction i = decoded.get();
    Mnemonic mnemonic = i.mnemonic();
    boolean enters = CodeAt.isSystemCall(mnemonic) || CodeAt.isSoftwareInterrupt(mnemonic);
    if (CodeAt.isCall(mnemonic) || enters) {
      if (calls != Calls.INTO) {
        return runTo(pc + i.length(), stackBefore, view.cpu().cpl());
      }
      last = enters ? Kind.ENTRY : Kind.CALL;
      return STEP;
    }
    boolean returns =
        mnemonic == Mnemonic.RET
            || mnemonic == Mnemonic.RETF
            || mnemonic == Mnemonic.IRET
            || mnemonic == Mnemonic.SYSRET
            || mnemonic == Mnemonic.SYSEXIT;
    if (returns) {
      last = Kind.RETURN;
    }
    return STEP;
  }

  /** At the first instruction of what was called: behind its prologue, or over it. */
  private Action inCallee(GuestView view, long pc) {
    Optional<Function> callee = program.functionAt(pc);
    if (callee.isPresent() && program.lineAt(pc).map(LineRow::line).orElse(0) > 0) {
      long body = callee.get().breakpointAddress();
      hideBeginnings(body);
      last = Kind.ENTRY;
      if (callee.get().entryPc() != pc || body == pc) {
        return DONE;
      }
      return new Action.RunTo(body, cpu -> true);
    }
    if (program.lineAt(pc).map(LineRow::line).orElse(0) > 0) {
      return DONE;
    }
    last = Kind.PLAIN;
    long returnAddress;
    try {
      int size = CodeAt.size(view).ordinal() == 2 ? 8 : CodeAt.size(view).ordinal() == 1 ? 4 : 2;
      returnAddress = view.readNumber(view.cpu().read(Register.RSP), size) + CodeAt.base(view);
    } catch (dev.ringside.debug.guest.UnreadableMemoryException e) {
      return DONE;
    }
    return runTo(returnAddress, stackBefore, view.cpu().cpl());
  }

  private void hideBeginnings(long pc) {
    int count = 0;
    for (Activation activation : program.activationsAt(pc)) {
      if (!activation.beginsAt(pc)) {
        break;
      }
      count++;
    }
    hide(count);
  }

  /** Whether the step may end at this instruction. */
  private boolean isThere(long pc) {
    List<Activation> activations = program.activationsAt(pc);
    Optional<LineRow> row = program.lineAt(pc);
    if (row.isEmpty() || row.get().line() == 0) {
      return isLost(pc, row.isPresent());
    }
    boolean sameFunction =
        activations.isEmpty()
            ? function == null && isSameSymbol(pc)
            : activations.getLast().function().equals(function);
    if (!sameFunction) {
      hideBeginnings(pc);
      return true;
    }
    if (calls == Calls.OUT_OF_INLINED && activations.size() >= depth) {
      return false;
    }
    if (activations.size() > depth) {
      return isAtInlinedCall(activations, pc);
    }
    boolean outside = activations.size() < depth;
    if (outside && calls == Calls.OUT_OF_INLINED) {
      return true;
    }
    boolean otherLine = outside || row.get().line() != line || !row.get().file().equals(file);
    return otherLine && row.get().address() == pc && row.get().isStatement();
  }

  private boolean isSameSymbol(long pc) {
    return symbol != null
        && program.symbolAt(pc).map(at -> at.symbol().equals(symbol)).orElse(false);
  }

  /** Without lines: go on inside the same symbol, and after a return or jump elsewhere stop. */
  private boolean isLost(long pc, boolean lineZero) {
    if (lineZero) {
      return false;
    }
    return symbol == null || !isSameSymbol(pc);
  }

  /**
   * In something that is inlined into the function of the step: at its very first address that is a
   * call, shown on the caller's line; or entered, if that line is the step's own.
   */
  private boolean isAtInlinedCall(List<Activation> activations, long pc) {
    int deeper = activations.size() - depth;
    for (int i = 0; i < deeper; i++) {
      if (!activations.get(i).beginsAt(pc)) {
        return false;
      }
    }
    Activation caller = activations.get(deeper);
    boolean sameLine =
        caller.line() == line && caller.file().map(f -> f.equals(file)).orElse(false);
    if (!sameLine) {
      hide(deeper);
      return true;
    }
    if (calls == Calls.INTO) {
      hide(deeper - 1);
      return true;
    }
    return false;
  }
}
