package dev.ringside.debug.frame;

import dev.ringside.debug.value.FrameRegisters;
import dev.ringside.debug.value.MachineRegister;
import dev.ringside.symbols.model.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** DWARF's register numbers as the processor's registers, looked up once. */
final class RegisterNumbers {
  private static final List<Optional<MachineRegister>> X86_64 = table(Architecture.X86_64);
  private static final List<Optional<MachineRegister>> I386 = table(Architecture.I386);

  private RegisterNumbers() {}

  private static List<Optional<MachineRegister>> table(Architecture architecture) {
    List<Optional<MachineRegister>> table = new ArrayList<>();
    for (int i = 0; i < architecture.registerCount(); i++) {
      table.add(FrameRegisters.live(architecture, i));
    }
    return List.copyOf(table);
  }

  static Optional<MachineRegister> machine(Architecture architecture, int number) {
    List<Optional<MachineRegister>> table =
        switch (architecture) {
          case X86_64 -> X86_64;
          case I386 -> I386;
        };
    return number >= 0 && number < table.size() ? table.get(number) : Optional.empty();
  }
}
