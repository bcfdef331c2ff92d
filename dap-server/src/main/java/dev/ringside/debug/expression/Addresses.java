package dev.ringside.debug.expression;

import dev.ringside.debug.value.Place;
import dev.ringside.debug.value.Value;

/** Why a value has no address. */
final class Addresses {
  private Addresses() {}

  static String whyNone(Value value) {
    if (value.isBitField()) {
      return "a bit-field has no address";
    }
    return switch (value.place()) {
      case Place.Linear l -> "it does not begin on a byte";
      case Place.Physical p -> "it is at a guest-physical address, not a virtual one";
      case Place.CpuRegister r -> "it is a register, which has no address";
      case Place.FrameRegister r -> "it is in a register, which has no address";
      case Place.Msr m -> "an MSR has no address";
      case Place.Vmcs v -> "a VMCS field has no address";
      case Place.Immediate i -> "it is a computed value, which has no address";
      case Place.Pieces p -> "it is in several places, so that it has no address";
      case Place.PointedTo p -> "it is optimised out";
      case Place.Missing m -> m.reason();
    };
  }
}
