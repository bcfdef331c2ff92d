package dev.ringside.symbols.unwind;

import dev.ringside.symbols.model.EvaluationContext;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A frame of a stack as location expressions see it: its registers, the memory, and its caller,
 * which is found when an expression asks.
 *
 * @param registers the frame's registers
 * @param pc the look-up address, see {@link EvaluationContext#pc}
 * @param cfa {@link Unwinder#cfa} of the frame
 * @param callerFinder finds the frame that called it
 */
public record Frame(
    FrameRegisters registers,
    long pc,
    OptionalLong cfa,
    MemoryReader memory,
    Supplier<Optional<EvaluationContext>> callerFinder)
    implements EvaluationContext {

  @Override
  public OptionalLong register(int number) {
    return registers.get(number);
  }

  @Override
  public byte[] readMemory(long address, int length) throws MemoryReadException {
    return memory.read(registers.architecture().truncate(address), length);
  }

  @Override
  public Optional<EvaluationContext> caller() {
    return callerFinder.get();
  }
}
