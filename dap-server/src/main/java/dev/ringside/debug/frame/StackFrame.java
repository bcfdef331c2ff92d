package dev.ringside.debug.frame;

import dev.ringside.debug.program.CodeScope;
import dev.ringside.symbols.dwarf.Activation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of a stack trace: a function with a frame of its own, or one that was inlined into the
 * next.
 *
 * @param name the function's name alone; the address where no function is known
 * @param pc linear address of the next instruction in it
 * @param position empty where no source line is known
 * @param context its registers and memory; only valid while the guest stands, on the view's thread
 * @param activation what DWARF knows of it; null for nothing
 * @param innermost whether its registers are the processor's own
 * @param guessed whether it was found along frame pointers, without call frame information
 * @param scope what names mean in it
 */
public record StackFrame(
    String name,
    long pc,
    Optional<SourcePosition> position,
    FrameContext context,
    @Nullable Activation activation,
    boolean innermost,
    boolean guessed,
    CodeScope scope) {
  /** Whether it shares the registers of the next frame. */
  public boolean isInlined() {
    return activation != null && activation.isInlined();
  }
}
