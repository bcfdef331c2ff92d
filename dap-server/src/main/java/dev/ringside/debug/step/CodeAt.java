package dev.ringside.debug.step;

import dev.ringside.debug.guest.GuestView;
import dev.ringside.vmm.x86.Register;
import dev.ringside.vmm.x86.decode.CodeSize;
import dev.ringside.vmm.x86.decode.Decoder;
import dev.ringside.vmm.x86.decode.Instruction;
import dev.ringside.vmm.x86.decode.Mnemonic;
import java.util.Optional;

/** The instruction at an address, decoded in the processor's mode. On the view's thread. */
public final class CodeAt {
  private CodeAt() {}

  /** How the processor reads code now. */
  public static CodeSize size(GuestView view) {
    return switch (view.cpu().mode()) {
      case REAL, VIRTUAL_8086, PROTECTED_16, COMPATIBILITY_16 -> CodeSize.BITS16;
      case PROTECTED_32, COMPATIBILITY_32 -> CodeSize.BITS32;
      case LONG -> CodeSize.BITS64;
    };
  }

  /** What segment base lies between RIP and a linear address: 0 in 64-bit mode. */
  public static long base(GuestView view) {
    return view.cpu().linearRip() - view.cpu().read(Register.RIP);
  }

  /** The instruction at a linear address; empty where there is none to read or decode. */
  static Optional<Instruction> decode(GuestView view, long linear) {
    byte[] code = new byte[Decoder.MAX_LENGTH];
    int length = view.read(linear, code, 0, code.length);
    if (length == 0) {
      return Optional.empty();
    }
    Instruction instruction = Decoder.decode(code, 0, length, linear - base(view), size(view));
    return instruction.isValid() ? Optional.of(instruction) : Optional.empty();
  }

  /** Whether it is an instruction that raises an exception and is not repeated afterwards. */
  static boolean isTrap(GuestView view, long linear) {
    return decode(view, linear).map(i -> isSoftwareInterrupt(i.mnemonic())).orElse(false);
  }

  static boolean isSoftwareInterrupt(Mnemonic mnemonic) {
    return mnemonic == Mnemonic.INT
        || mnemonic == Mnemonic.INT3
        || mnemonic == Mnemonic.INT1
        || mnemonic == Mnemonic.INTO;
  }

  static boolean isSystemCall(Mnemonic mnemonic) {
    return mnemonic == Mnemonic.SYSCALL || mnemonic == Mnemonic.SYSENTER;
  }

  static boolean isCall(Mnemonic mnemonic) {
    return mnemonic == Mnemonic.CALL || mnemonic == Mnemonic.CALLF;
  }

  /** The address behind the instruction at {@code linear}; {@code otherwise} if unreadable. */
  static long behind(GuestView view, long linear, long otherwise) {
    return decode(view, linear).map(i -> linear + i.length()).orElse(otherwise);
  }
}
