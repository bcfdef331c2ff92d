package dev.ringside.debug.value;

import dev.ringside.vmm.vmx.NamedBits;
import dev.ringside.vmm.vmx.VmcsField;
import dev.ringside.vmm.x86.Msr;
import dev.ringside.vmm.x86.Register;
import java.util.List;
import java.util.Optional;

/** The named bits of registers, which are those of the VMCS fields that hold them. */
public final class RegisterBits {
  private RegisterBits() {}

  /** Empty for a register that is a plain number. */
  public static List<NamedBits> of(Register register, long value) {
    VmcsField field =
        switch (register) {
          case RFLAGS -> VmcsField.GUEST_RFLAGS;
          case CR0 -> VmcsField.GUEST_CR0;
          case CR4 -> VmcsField.GUEST_CR4;
          case DR7 -> VmcsField.GUEST_DR7;
          case RAX,
              RCX,
              RDX,
              RBX,
              RSP,
              RBP,
              RSI,
              RDI,
              R8,
              R9,
              R10,
              R11,
              R12,
              R13,
              R14,
              R15,
              RIP,
              CR2,
              CR3,
              CR8,
              XCR0,
              DR0,
              DR1,
              DR2,
              DR3,
              DR6 ->
              null;
        };
    return field == null ? List.of() : field.decode(value);
  }

  /** Empty for an MSR without a table of bits. */
  public static List<NamedBits> ofMsr(int index, long value) {
    Optional<Msr> msr = Msr.at(index);
    if (msr.isEmpty()) {
      return List.of();
    }
    return switch (msr.get()) {
      case IA32_EFER -> VmcsField.GUEST_IA32_EFER.decode(value);
      case IA32_PAT -> VmcsField.GUEST_IA32_PAT.decode(value);
      case IA32_DEBUGCTL -> VmcsField.GUEST_IA32_DEBUGCTL.decode(value);
      default -> List.of();
    };
  }
}
