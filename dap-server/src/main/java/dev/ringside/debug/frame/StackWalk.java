package dev.ringside.debug.frame;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.program.CodeScope;
import dev.ringside.debug.program.Program;
import dev.ringside.symbols.dwarf.Activation;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.symbols.model.SourceFile;
import dev.ringside.symbols.unwind.UnwindResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Walks a stack from the processor's registers outwards. On the view's thread. */
public final class StackWalk {
  private final Program program;

  public StackWalk(Program program) {
    this.program = program;
  }

  /**
   * The stack of a vCPU.
   *
   * @param hidden how many inlined functions that begin at the very address are left out, because
   *     the stop is shown at their call
   * @param limit how many frames at most
   */
  public StackTrace walk(GuestView view, int hidden, int limit) {
    List<StackFrame> frames = new ArrayList<>();
    FrameContext context = FrameContext.live(program, view);
    boolean guessed = false;
    int skip = hidden;
    while (true) {
      add(frames, context, guessed, skip);
      skip = 0;
      if (frames.size() >= limit) {
        return new StackTrace(frames.subList(0, limit), "more frames follow", false);
      }
      switch (context.unwind()) {
        case UnwindResult.Caller caller -> {
          FrameContext next = FrameContext.caller(program, view, caller);
          if (isStuck(context, next)) {
            return new StackTrace(frames, "the caller's frame is the frame itself", false);
          }
          guessed = caller.method() == UnwindResult.Method.FRAME_POINTER;
          context = next;
        }
        case UnwindResult.EndOfStack end -> {
          return new StackTrace(frames, end.reason(), true);
        }
        case UnwindResult.Failed failed -> {
          return new StackTrace(frames, failed.reason(), false);
        }
      }
    }
  }

  private static boolean isStuck(FrameContext frame, FrameContext caller) {
    int sp = frame.architecture().stackPointer();
    OptionalLong before = frame.register(sp);
    OptionalLong after = caller.register(sp);
    return before.equals(after) && frame.nextInstruction() == caller.nextInstruction();
  }

  /** How many inlined functions begin at the address, so that a stop there shows their call. */
  public int inlinedBeginnings(long address) {
    int count = 0;
    for (Activation activation : program.activationsAt(address)) {
      if (!activation.isInlined() || !activation.beginsAt(address)) {
        break;
      }
      count++;
    }
    return count;
  }

  private void add(List<StackFrame> frames, FrameContext context, boolean guessed, int hidden) {
    List<Activation> activations = program.activationsAt(context.pc());
    if (activations.isEmpty()) {
      frames.add(frame(context, null, symbolName(context.pc()), position(context.pc()), guessed));
      return;
    }
    int first = Math.min(hidden, activations.size() - 1);
    for (int i = first; i < activations.size(); i++) {
      Activation activation = activations.get(i);
      Optional<SourcePosition> position =
          activation.file().isPresent() && activation.line() > 0
              ? Optional.of(
                  position(activation.file().get(), activation.line(), activation.column()))
              : Optional.empty();
      frames.add(frame(context, activation, activation.name(), position, guessed));
    }
  }

  private StackFrame frame(
      FrameContext context,
      @Nullable Activation activation,
      String name,
      Optional<SourcePosition> position,
      boolean guessed) {
    return new StackFrame(
        name,
        context.nextInstruction(),
        position,
        context,
        activation,
        context.isInnermost(),
        guessed,
        new CodeScope(program, context.pc(), activation));
  }

  private String symbolName(long address) {
    return program
        .symbolAt(address)
        .map(at -> at.symbol().name())
        .orElse("0x" + Long.toHexString(address));
  }

  /** The source line of an address, as users know the file. */
  public Optional<SourcePosition> position(long address) {
    return program.lineAt(address).filter(row -> row.line() > 0).map(this::position);
  }

  private SourcePosition position(LineRow row) {
    return position(row.file(), row.line(), row.column());
  }

  private SourcePosition position(SourceFile file, int line, int column) {
    return new SourcePosition(program.sources().toUser(file.path()), file.name(), line, column);
  }
}
