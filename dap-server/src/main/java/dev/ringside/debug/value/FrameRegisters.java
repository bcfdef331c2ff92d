package dev.ringside.debug.value;

import dev.ringside.debug.guest.LittleEndian;
import dev.ringside.symbols.model.Architecture;
import dev.ringside.symbols.model.EvaluationContext;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Registers of a caller's frame, and DWARF's numbers for the processor's registers. */
public final class FrameRegisters {
  private FrameRegisters() {}

  /** A general register or the program counter as the unwinder recovered it. */
  static OptionalLong read(EvaluationContext frame, MachineRegister register) {
    if (!(register instanceof MachineRegister.Part part)) {
      return OptionalLong.empty();
    }
    OptionalInt number =
        Architecture.X86_64.registerNumber(part.register().name().toLowerCase(Locale.ROOT));
    if (number.isEmpty() || number.getAsInt() > 16) {
      return OptionalLong.empty();
    }
    OptionalLong value = frame.register(number.getAsInt());
    return value.isEmpty()
        ? value
        : OptionalLong.of(
            LittleEndian.extend(value.getAsLong() >>> part.shift(), part.bits(), false));
  }

  /** Whether a call leaves the register alone, so that the live one is every frame's. */
  static boolean isSameInAllFrames(MachineRegister register) {
    return switch (register) {
      case MachineRegister.Part p -> !p.register().isGeneral() && !p.name().endsWith("ip");
      case MachineRegister.Selector s -> true;
      case MachineRegister.Base b -> true;
      case MachineRegister.Saved s -> false;
      case MachineRegister.Table t -> true;
    };
  }

  /** The processor's register that DWARF's number means. */
  public static Optional<MachineRegister> live(Architecture architecture, int number) {
    String name = architecture.registerName(number);
    return MachineRegister.named(name);
  }
}
