package dev.ringside.debug;

import dev.ringside.debug.frame.StackFrame;
import dev.ringside.debug.guest.GuestView;
import dev.ringside.debug.program.Program;
import dev.ringside.debug.target.Target;
import dev.ringside.symbols.dwarf.Function;
import dev.ringside.symbols.model.LineMatch;
import dev.ringside.symbols.model.LineRow;
import dev.ringside.vmm.x86.ProcessorMode;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.SegmentRegister;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Going on elsewhere in the function that the guest stands in. */
final class Jumps {
  private final Program program;
  private final Target target;

  Jumps(Program program, Target target) {
    this.program = program;
    this.target = target;
  }

  /**
   * The places of a line.
   *
   * @throws DebugException if none of them is in the frame's function
   */
  List<JumpTarget> targets(StackFrame top, String path, int line) {
    Optional<Function> here = program.functionAt(top.pc());
    List<JumpTarget> targets = new ArrayList<>();
    List<LineMatch> matches = program.findLine(path, line);
    for (LineMatch match : matches) {
      for (LineRow row : match.rows()) {
        if (here.isPresent() && here.get().contains(row.address())) {
          targets.add(new JumpTarget(row.address(), match.line()));
        }
      }
    }
    if (targets.isEmpty()) {
      throw new DebugException(
          matches.isEmpty()
              ? "there is no code at line " + line
              : "line "
                  + line
                  + " is not in "
                  + top.name()
                  + ", where the guest stands: only within a function can it go on elsewhere");
    }
    return targets;
  }

  /** Sets the instruction pointer, if that is safe here. */
  void jump(int vcpu, StackFrame top, Optional<StopReason> why, long address) {
    boolean inside = program.functionAt(top.pc()).filter(f -> f.contains(address)).isPresent();
    if (!inside) {
      throw new DebugException("the guest is no longer in the function that this place is in");
    }
    if (why.isPresent()
        && (why.get() instanceof StopReason.AtVmExit
            || why.get() instanceof StopReason.AtTripleFault)) {
      throw new DebugException(
          "the guest stands at a VM exit that has not been handled; step once, then jump");
    }
    target.onVcpu(vcpu, view -> set(view, address));
  }

  private static boolean set(GuestView view, long address) {
    long base =
        view.cpu().mode() == ProcessorMode.LONG ? 0 : view.cpu().read(SegmentRegister.CS).base();
    view.cpu().write(Register.RIP, address - base);
    return true;
  }
}
